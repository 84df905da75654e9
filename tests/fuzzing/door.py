"""The whole front door over a house in memory: the local gateway or Lambda's event, Chalice, the handler."""

import base64
import dataclasses
import io
import json
from types import SimpleNamespace
from urllib.parse import parse_qs

from fakes.house import ROUTING as PUSHES
from fakes.house import FakeHouse
from fuzzing.sent import SECRETS
from fuzzing.submission import FORM_SECRETS, FORMS, ROUTING

import app
from chalicelib import bootstrap
from chalicelib.errors import StoreUnavailable
from chalicelib.settings import Settings
from standalone.gateway import Gateway
from standalone.invocation import Context


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Spied:
    """Counts the calls of a port, and fails them all when told to."""

    def __init__(self, port):
        self._port = port
        self.calls = 0
        self.down = False

    def __getattr__(self, name):
        self.calls += 1
        if self.down:
            return _down
        return getattr(self._port, name)


def _down(*_, **__):
    raise StoreUnavailable("down, because the test says so")


class Door:
    """Serves requests one after the other, and remembers what was called for the last one."""

    routing = PUSHES

    def __init__(self):
        self.house = FakeHouse(routing=self.routing)
        self.house.secrets.github = SECRETS
        self.house.secrets.forms = FORM_SECRETS
        self.ledger, self.queue = Spied(self.house.ledger), Spied(self.house.queue)
        ports = dataclasses.replace(self.house.ports, ledger=self.ledger, queue=self.queue)
        bootstrap.move_in(
            SimpleNamespace(
                ports=ports,
                stamped=ports,
                routing=self.house.routing,
                clock=self.house.clock,
                secrets=self.house.secrets,
                telemetry=self.house.telemetry,
                settings=Settings(),
            )
        )
        self.gateway = Gateway(app.app)

    @property
    def calls(self):
        """How often AWS would have been called for the last request."""
        return self.ledger.calls + self.queue.calls

    @property
    def alarms(self):
        """The alarms raised over the last request."""
        return self.house.telemetry.alarms

    def serve(self, sent):
        """Send a request in, with its fault."""
        self.ledger.calls = self.queue.calls = 0
        self.house.telemetry.alarms.clear()
        self.house.telemetry.events.clear()
        self.ledger.down, self.queue.down = sent.fault == "ledger", sent.fault == "queue"
        try:
            return self._by_event(sent) if sent.as_event else self._by_gateway(sent)
        finally:
            self.ledger.down = self.queue.down = False

    def _by_gateway(self, sent):
        environ = {
            "REQUEST_METHOD": sent.method,
            "PATH_INFO": sent.path,
            "QUERY_STRING": sent.query,
            "wsgi.input": io.BytesIO(sent.body),
        }
        for name, value in sent.headers:
            key = name.upper().replace("-", "_")
            key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
            environ[key] = f"{environ[key]}, {value}" if key in environ else value  # as servers do
        seen = {}

        def start_response(status, headers):
            seen.update(status=int(status[:3]), headers=dict(headers))

        body = b"".join(self.gateway(environ, start_response))
        return Answer(seen["status"], seen["headers"], body)

    def _by_event(self, sent):
        several = {}
        for name, value in sent.headers:
            several.setdefault(name, []).append(value)
        resource = f"{FORMS}{{form}}" if sent.path.startswith(FORMS) else sent.path
        event = {
            "resource": resource,
            "path": sent.path,
            "httpMethod": sent.method,
            "headers": {name: values[-1] for name, values in several.items()} or None,
            "multiValueHeaders": several or None,
            "multiValueQueryStringParameters": parse_qs(sent.query, keep_blank_values=True) or None,
            "pathParameters": {"form": sent.path[len(FORMS) :]} if sent.path.startswith(FORMS) else None,
            "stageVariables": None,
            "requestContext": {"httpMethod": sent.method, "resourcePath": resource, "requestId": "1"},
            "body": base64.b64encode(sent.body).decode() or None,
            "isBase64Encoded": bool(sent.body),
        }
        answer = app.app(event, Context(15))
        headers = {"Content-Type": "application/json", **(answer.get("headers") or {})}
        return Answer(answer["statusCode"], headers, answer["body"].encode())


class FormDoor(Door):
    """One with forms behind it."""

    routing = ROUTING
