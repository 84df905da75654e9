"""A house that logs as on AWS, driven through the app's own handlers, as Lambda would drive it."""

import dataclasses
import io
import itertools
import json
from types import SimpleNamespace

from fakes.house import FakeHouse

import app
from chalicelib import bootstrap
from chalicelib.aws.telemetry import LogTelemetry
from chalicelib.settings import Settings
from chalicelib.sources.verify import sign
from standalone.gateway import Gateway
from standalone.worker import _scheduled_event

STACK = "tallyhook-dev"
SECRET = "current-secret"
GATEWAY = Gateway(app.app)


class LoggedHouse(FakeHouse):
    """`failures` holds what left a handler, which Lambda logs too."""

    def __init__(self, **options):
        super().__init__(**options)
        self.said = io.StringIO()
        self.telemetry = LogTelemetry(now=self.clock.now, stack=STACK, stream=self.said)
        self.noko._telemetry = self.telemetry
        self.ports = dataclasses.replace(self.ports, telemetry=self.telemetry)
        self.failures = []
        self._requests = itertools.count(1)

    def _move_in(self):
        bootstrap.move_in(
            SimpleNamespace(
                ports=self.ports,
                stamped=self.ports,
                with_github=self.ports,
                routing=self.routing,
                clock=self.clock,
                secrets=self.secrets,
                telemetry=self.telemetry,
                settings=Settings(),
            )
        )

    def _invoke(self, handler, event, timeout_s):
        self._move_in()
        ends = self.clock.now() + 1000 * timeout_s
        context = SimpleNamespace(
            aws_request_id=f"request-{next(self._requests)}",
            get_remaining_time_in_millis=lambda: ends - self.clock.now(),
        )
        try:
            handler(event, context)
        except Exception as error:  # noqa: BLE001 - as on Lambda
            self.failures.append(error)

    def _work(self, handler, key, timeout_s):
        if key is not None:
            record = {"messageId": "m", "receiptHandle": "r", "body": json.dumps({"key": key})}
            self._invoke(handler, {"Records": [record]}, timeout_s)
        return key is not None

    def open_next(self):
        return self._work(app.open_delivery, self.queue.receive_open(), 300)

    def post_next(self):
        return self._work(app.post_entry, self.queue.receive_post(), 60)

    def tell_next(self):
        return self._work(app.tell, self.queue.receive_tell(), 60)

    def tick(self):
        self._invoke(app.every_minute, _scheduled_event(), 55)

    def knock(self, raw, *, name="d1", secret=SECRET, path="/webhooks/github", **headers):
        """Send something to the door, as GitHub sends a push; return the status."""
        self._move_in()
        github = {"X_GITHUB_EVENT": "push", "X_GITHUB_DELIVERY": name, "X_HUB_SIGNATURE_256": sign(raw, secret)}
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": io.BytesIO(raw)}
        environ |= {"CONTENT_TYPE": "application/json", **{f"HTTP_{k}": v for k, v in (github | headers).items()}}
        seen = {}
        b"".join(GATEWAY(environ, lambda status, _: seen.update(status=int(status[:3]))))
        return seen["status"]

    @property
    def lines(self):
        """All lines, as records."""
        return [json.loads(line) for line in self.said.getvalue().splitlines()]

    def told(self, event):
        return [line for line in self.lines if line["event"] == event]

    def values(self, name):
        """Return the values of a metric, as CloudWatch would read them, each with its dimensions."""
        found = []
        for line in self.lines:
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                if any(metric["Name"] == name for metric in directive["Metrics"]):
                    (dimensions,) = directive["Dimensions"]
                    place = (directive["Namespace"], tuple((each, line[each]) for each in dimensions))
                    found.append((place, line[name]))
        return found
