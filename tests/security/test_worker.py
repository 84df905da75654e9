"""What fails behind the door names no secret: Lambda and the devstack log whatever leaves a handler."""

import dataclasses
import json

import pytest
from fakes.house import delivery, draft

import app
from chalicelib.errors import StoreUnavailable, TallyhookError
from chalicelib.exchange.message import Failure
from chalicelib.exchange.transport import RequestsTransport
from chalicelib.handlers.invocation import Crashed
from chalicelib.noko.protocol import Token, get
from chalicelib.services import intake
from standalone.invocation import Context
from standalone.worker import _scheduled_event, invoke


class Telling:
    """A transport that fails with the whole request in its words."""

    def send(self, request, _guard):
        raise RuntimeError(f"could not send {dict(request.headers)}")


class TellingLedger:
    """A ledger that fails with our words, because of a foreign error with a secret in its words."""

    def __init__(self, text):
        self._text = text

    def __getattr__(self, name):
        def fail(*_, **__):
            raise StoreUnavailable("the table did not answer") from OSError(self._text)

        return fail


def message(key):
    record = {"messageId": "1", "receiptHandle": "r", "body": json.dumps({"key": key}), "attributes": {}}
    return {"Records": [record | {"eventSource": "aws:sqs"}]}


HANDLERS = {
    "post": (app.post_entry, message(draft(1).key)),
    "open": (app.open_delivery, message(delivery(name="d2").key)),
    "tick": (app.every_minute, _scheduled_event()),
}


@pytest.fixture
def broken(house, move_in):
    """A house with one entry queued and one delivery unopened, from then on with a transport that tells all."""
    intake.take(delivery(draft(1, clock=house.clock)), ports=house.ports)
    assert house.open_next()
    house.clock.advance(days=2)  # so long that opening has to ask Noko for its people anew
    intake.take(delivery(draft(2, clock=house.clock), name="d2"), ports=house.ports)
    house.clock.advance(hours=1)
    house.noko._transport = Telling()
    move_in(house)
    return house


def run_into_it(house, name):
    """Run a handler in such a way that it has to ask Noko."""
    if name == "tick":
        house.throttle.pause("so that it probes", now=house.clock.now())
    handler, event = HANDLERS[name]
    return lambda: handler(event, Context(60))


@pytest.mark.parametrize("token", ["personal", "bearer"])
@pytest.mark.parametrize("name", HANDLERS)
def test_a_transport_that_tells_the_token_is_not_repeated(net, canary, broken, name, token):
    broken.secrets.token = Token(getattr(canary, token), bearer=token == "bearer")
    error = net.crash(run_into_it(broken, name))
    assert isinstance(error, Crashed)
    assert "RuntimeError" in str(error)
    net.catch(broken.telemetry.said.getvalue())
    assert "crashed" in broken.telemetry.said.getvalue()
    assert net.hits() == []


@pytest.mark.parametrize("name", HANDLERS)
def test_the_cause_of_an_error_of_ours_stays_inside(net, canary, house, move_in, name):
    move_in(house, dataclasses.replace(house.ports, ledger=TellingLedger(canary.webhook)))
    handler, event = HANDLERS[name]
    error = net.crash(lambda: handler(event, Context(60)))
    assert isinstance(error, TallyhookError)
    net.catch(house.telemetry.said.getvalue())
    assert net.hits() == []


def test_the_stack_of_what_broke_is_kept(net, broken):
    error = net.crash(run_into_it(broken, "post"))
    functions = []
    frame = error.__traceback__
    while frame is not None:
        functions.append(frame.tb_frame.f_code.co_name)
        frame = frame.tb_next
    assert functions[-1] == "send"


def test_the_devstack_prints_no_more_than_lambda_logs(net, broken):
    for name in HANDLERS:
        ran = run_into_it(broken, name)
        assert not invoke(lambda *_, ran=ran: ran(), {}, 60, broken.telemetry)
    net.catch(broken.telemetry.said.getvalue())
    assert net.hits() == []


def test_a_message_that_is_not_ours_is_not_quoted(net, canary, house, move_in):
    move_in(house)
    event = message("x")
    event["Records"][0]["body"] = canary.unused
    net.crash(lambda: app.post_entry(event, Context(60)))
    net.catch(house.telemetry.said.getvalue())
    assert net.hits() == []


@pytest.mark.parametrize("spoiled", ["{}", "{}\nX-Evil: 1", "{} \u20ac", " {}"])
def test_a_token_that_cannot_be_sent_is_not_named(net, canary, spoiled):
    for bearer in (False, True):
        token = Token(spoiled.format(canary.personal), bearer=bearer)
        result = RequestsTransport().send(get("http://127.0.0.1:9", "/users", token), lambda: None)
        assert isinstance(result, Failure)
        net.catch(result)
    assert net.hits() == []
