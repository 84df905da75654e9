"""An embedded AWS that keeps who asked for what: the name of each function is its access key."""

import io
import json
import re
from dataclasses import dataclass

from devstack.aws import EmbeddedAws


@dataclass(frozen=True)
class Call:
    caller: str
    service: str
    operation: str
    arguments: dict


class WatchedAws(EmbeddedAws):
    def __init__(self):
        self.seen = []
        super().__init__()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target:
            caller = re.search(r"Credential=([^/]+)/", environ["HTTP_AUTHORIZATION"])[1]
            service, operation = target.split(".")
            self.seen.append(Call(caller, service, operation, json.loads(body)))
        return super().__call__(environ, start_response)
