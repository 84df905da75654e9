"""The emulator's SSM in virtual time: its dates are of a test's clock, and what can go wrong does when told to."""

import datetime as dt
from email.utils import format_datetime

from botocore.exceptions import ReadTimeoutError


class VirtualSsm:
    def __init__(self, client, clock):
        self._client = client
        self._clock = clock
        self._written = {}
        self.calls = []
        self.before_put = []
        """What somebody else does just before the next put, and the one after."""
        self.lost = None
        """Whether the next put gets no answer: "before" it is done, or "after"."""

    def put(self, path, value, **more):
        """Set a parameter as somebody with another tool would."""
        plain = {"Type": "SecureString", "Overwrite": True, "Description": "by hand"}
        return self._put({"Name": path, "Value": value, **plain, **more})

    def put_parameter(self, **arguments):
        self.calls.append(("put_parameter", arguments["Name"]))
        if self.before_put:
            self.before_put.pop(0)()
        lost, self.lost = self.lost, None
        if lost == "before":
            raise ReadTimeoutError(endpoint_url="ssm")
        answer = self._put(arguments)
        if lost == "after":
            raise ReadTimeoutError(endpoint_url="ssm")
        return answer

    def get_parameter(self, **arguments):
        self.calls.append(("get_parameter", arguments["Name"]))
        return self._client.get_parameter(**arguments)

    def get_parameter_history(self, **arguments):
        return self._dated(self._client.get_parameter_history(**arguments))

    def get_parameters_by_path(self, **arguments):
        return self._dated(self._client.get_parameters_by_path(**arguments))

    def _put(self, arguments):
        answer = self._client.put_parameter(**arguments)
        self._written[arguments["Name"], answer["Version"]] = self._now()
        return answer

    def _dated(self, answer):
        for each in answer["Parameters"]:
            each["LastModifiedDate"] = self._written[each["Name"], each["Version"]]
        answer["ResponseMetadata"]["HTTPHeaders"]["date"] = format_datetime(self._now(), usegmt=True)
        return answer

    def _now(self):
        return dt.datetime.fromtimestamp(self._clock.now() / 1000, dt.UTC)
