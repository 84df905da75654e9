"""The door behind the gateway, over a house in memory: what a sender sees, without a socket."""

import dataclasses
import io
import json
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from fakes.house import FakeHouse

import app
from chalicelib import bootstrap
from chalicelib.settings import Settings
from chalicelib.sources.verify import sign
from standalone.gateway import Gateway

SECRET = "current-secret"


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class CountingLedger:
    """Stands for AWS: tells whether it was called at all."""

    def __init__(self, ledger):
        self._ledger = ledger
        self.calls = 0

    def __getattr__(self, name):
        self.calls += 1
        return getattr(self._ledger, name)


class Door:
    def __init__(self, house):
        self.house = house
        self.ledger = CountingLedger(house.ledger)
        self.queue = CountingLedger(house.queue)
        ports = dataclasses.replace(house.ports, ledger=self.ledger, queue=self.queue)
        bootstrap.move_in(
            SimpleNamespace(
                ports=ports,
                stamped=ports,
                routing=house.routing,
                clock=house.clock,
                secrets=house.secrets,
                telemetry=house.telemetry,
                settings=Settings(),
            )
        )
        self._gateway = Gateway(app.app)

    @property
    def aws_calls(self):
        return self.ledger.calls + self.queue.calls

    def request(self, method, path, raw=b"", headers=(), query=()):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": urlencode(dict(query))}
        environ["wsgi.input"] = io.BytesIO(raw)
        for name, value in dict(headers).items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        seen = {}

        def start_response(status, response_headers):
            seen.update(status=int(status[:3]), headers=dict(response_headers))

        body = b"".join(self._gateway(environ, start_response))
        return Answer(seen["status"], seen["headers"], body)

    def github(
        self, raw, *, event="push", secret=SECRET, signature=None, name="d1", content="application/json", **more
    ):
        headers = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": name,
            "X-Hub-Signature-256": sign(raw, secret) if signature is None else signature,
            "Content-Type": content,
            **{header.replace("_", "-"): value for header, value in more.items()},
        }
        return self.request("POST", "/webhooks/github", raw, {k: v for k, v in headers.items() if v is not None})

    def submit(self, name, sent):
        """Send a form's submission in."""
        return self.request("POST", f"/webhooks/forms/{name}", sent.body, sent.headers, sent.query)


@pytest.fixture
def door():
    return Door(FakeHouse())


@pytest.fixture
def door_of():
    """Open the door of another house."""
    return Door
