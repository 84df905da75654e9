"""Canaries: made-up secrets planted where real ones are, and a net that finds them wherever they come out."""

import dataclasses
import io
import logging
import traceback
from types import SimpleNamespace

import pytest
from fakes.house import FakeHouse
from fakes.telemetry import FakeSecrets

import app
from chalicelib import bootstrap
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.telemetry import LogTelemetry
from chalicelib.noko.protocol import Token
from devstack.sandbox.account import JANE
from devstack.sandbox.credential import Credentials
from standalone.gateway import Gateway


@dataclasses.dataclass(frozen=True)
class Canaries:
    personal: str = "canary-personal-5d1e"
    bearer: str = "canary-bearer-8c72"
    webhook: str = "canary-webhook-current-11aa"
    previous: str = "canary-webhook-previous-22bb"
    authorization: str = "canary-authorization-33cc"
    cookie: str = "canary-cookie-44dd"
    unused: str = "canary-in-an-unused-field-55ee"


@pytest.fixture
def canary():
    return Canaries()


class Net:
    """Collects whatever comes out, and finds canaries in it."""

    def __init__(self, capfd, caplog):
        self._capfd = capfd
        self._caplog = caplog
        self._caught = []
        self.planted = list(dataclasses.astuple(Canaries()))

    def plant(self, text):
        """Add something made on the way, such as a signature."""
        self.planted.append(text)
        return text

    def catch(self, *things):
        """Take in what came out: texts, bytes, and anything that has a repr."""
        for thing in things:
            self._caught.append(thing.decode("utf-8", "replace") if isinstance(thing, bytes) else str(thing))
            self._caught.append(repr(thing))

    def crash(self, action):
        """Run what must fail, and take in its traceback as Python would print it."""
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, its text is what matters
            action()
        self.catch("".join(traceback.format_exception(raised.value)))
        return raised.value

    def hits(self):
        """Return the canaries that were caught, here and in what was printed and logged."""
        records = [f"{record.getMessage()} {record.__dict__}" for record in self._caplog.records]
        everything = "\n".join([*self._caught, *self._capfd.readouterr(), self._caplog.text, *records])
        return [canary for canary in self.planted if canary in everything]


@pytest.fixture
def net(capfd, caplog):
    caplog.set_level(logging.INFO, logger="botocore")  # below it logs whole requests: see SECURITY.md
    caplog.set_level(logging.DEBUG)
    return Net(capfd, caplog)


class Both:
    """Telemetry that logs as on AWS, and remembers what was said in `said`."""

    def __init__(self):
        self.said = io.StringIO()
        log = LogTelemetry(now=SystemClock().now, stack="tallyhook-dev", stream=self.said)
        self.event, self.alarm, self.about = log.event, log.alarm, log.about


@pytest.fixture
def house(canary):
    """A house in memory whose every secret is a canary, and whose Noko knows the token."""
    house = FakeHouse()
    house.sandbox.credentials = Credentials(((canary.personal, JANE.id), (canary.bearer, JANE.id)))
    secrets = FakeSecrets(github=(canary.webhook, canary.previous), token=Token(canary.personal))
    house.secrets = house.noko._secrets = secrets
    telemetry = Both()
    house.telemetry = house.noko._telemetry = telemetry
    house.ports = dataclasses.replace(house.ports, secrets=secrets, telemetry=telemetry)
    return house


@pytest.fixture
def move_in():
    """Put ports behind the app's handlers."""

    def move(house, ports=None):
        ports = ports or house.ports
        bootstrap.move_in(
            SimpleNamespace(
                ports=ports,
                stamped=ports,
                with_github=ports,
                routing=house.routing,
                clock=house.clock,
                secrets=ports.secrets,
                telemetry=house.telemetry,
                settings=SimpleNamespace(),
            )
        )
        return Gateway(app.app)

    return move


@pytest.fixture
def post():
    """Send a webhook through a gateway; return the answer as one text."""

    def send(gateway, raw, headers):
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/webhooks/github", "wsgi.input": io.BytesIO(raw)}
        for name, value in {"Content-Type": "application/json", **headers}.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        said = []
        body = b"".join(gateway(environ, lambda status, pairs: said.append(f"{status} {pairs}")))
        return f"{said[0]} {body.decode()}"

    return send


@pytest.fixture
def stored():
    """Return all that a house's ledger, throttle and queues hold, as one text."""

    def everything(house):
        return repr([vars(house.ledger), vars(house.throttle), house.queue.open, house.queue.post])

    return everything
