"""Noko, or a proxy before it, may quote our token when it turns a request away. We do not repeat it."""

import json

import pytest
from fakes.house import delivery, draft

from chalicelib.errors import NokoError
from chalicelib.noko.protocol import Token
from chalicelib.services import intake


@pytest.fixture
def echo(house):
    """Have Noko refuse calls of a method with the token in the message, the code, and plain text around it."""

    def answer(method, status, token):
        body = json.dumps({"message": f"bad token {token}", "errors": [{"field": token, "code": f"x{token}"}]})
        house.sandbox.faults.add("status_before", match=(method, "/"), status=status, text=body, times=None)

    return answer


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
@pytest.mark.parametrize("kind", ["personal", "bearer"])
def test_a_refusal_that_quotes_the_token_is_stored_and_told_without_it(net, canary, house, echo, stored, status, kind):
    token = getattr(canary, kind)
    house.secrets.token = Token(token, bearer=kind == "bearer")
    echo("POST", status, token)
    intake.take(delivery(draft(clock=house.clock)), ports=house.ports)
    house.run(minutes=2)
    (entry,) = house.ledger.entries(since=0, until=2**60)
    assert entry.status == "refused"
    assert "[token]" in entry.reason
    net.catch(stored(house), house.telemetry.said.getvalue())
    assert net.hits() == []


def test_a_question_that_is_refused_with_the_token_is_told_without_it(net, canary, house, echo):
    echo("GET", 404, canary.personal)
    error = net.crash(house.noko.users)
    assert isinstance(error, NokoError)
    net.catch(error.errors, error.message)
    assert net.hits() == []
