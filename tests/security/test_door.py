"""No secret that comes to the door, or guards it, leaves it again."""

import dataclasses
import json

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from chalicelib import bootstrap
from chalicelib.aws.secrets import SsmSecrets
from chalicelib.aws.table import DynamoTable
from chalicelib.noko.protocol import Token
from chalicelib.sources.verify import sign
from chalicelib.table.ledger import TableLedger


@pytest.fixture
def push(canary):
    author = {"email": "jane@acme.example", "token": canary.unused}
    good = {"id": "a" * 40, "message": "Fix [f:45m]", "timestamp": "2026-06-30T14:05:00+02:00", "author": author}
    bad = good | {"id": "b" * 40, "message": "Fix [f:8]", "verification": canary.unused}
    payload = {
        "ref": "refs/heads/main",
        "repository": {"full_name": "acme/website", "private_key": canary.unused},
        "commits": [good, bad],
        "installation": {"access_token": canary.unused},
    }
    return json.dumps(payload).encode()


@pytest.fixture
def headers(canary):
    def make(raw, secret):
        return {
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": "d",
            "X-Hub-Signature-256": sign(raw, secret),
            "X-Hub-Signature": f"sha1={canary.authorization}",
            "Authorization": f"Bearer {canary.authorization}",
            "Cookie": f"session={canary.cookie}",
            "X-NokoToken": canary.personal,
        }

    return make


class Exploding:
    """A client of boto3's, every call of which raises."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        def call(*_, **__):
            raise self._error

        return call


def quoting(canary):
    """Errors as they really occur, that quote what they were given."""
    text = f"bad header Authorization: Bearer {canary.personal} {canary.webhook}"
    return {
        "service": ClientError({"Error": {"Code": "ValidationException", "Message": text}}, "PutItem"),
        "parameter": ParamValidationError(report=text),
        "anything": RuntimeError(text),
        "of the system": OSError(5, text),
    }


def test_a_push_is_taken_in_opened_and_posted_without_a_secret_anywhere(
    net, canary, house, move_in, post, stored, push, headers
):
    gateway = move_in(house)
    for secret in (canary.webhook, canary.previous):
        sent = headers(push, secret)
        net.plant(sent["X-Hub-Signature-256"][7:])
        net.catch(post(gateway, push, sent))
    house.run(minutes=5)
    assert set(house.statuses().values()) == {"logged"}
    net.catch(stored(house), house.telemetry.said.getvalue())
    assert "delivery_accepted" in house.telemetry.said.getvalue()
    assert net.hits() == []


@pytest.mark.parametrize("token", ["personal", "bearer"])
def test_a_token_that_is_refused_is_not_named(net, canary, house, move_in, post, stored, push, headers, token):
    house.secrets.token = Token(getattr(canary, token), bearer=token == "bearer")
    house.sandbox.credentials.revoke()
    net.catch(post(move_in(house), push, headers(push, canary.webhook)))
    house.run(minutes=5)
    net.catch(stored(house), house.telemetry.said.getvalue())
    assert "paused" in house.telemetry.said.getvalue()
    assert net.hits() == []


@pytest.mark.parametrize(
    "damage", ["wrong secret", "not JSON", "not a push", "duplicate key", "other event", "other type", "ping"]
)
def test_what_is_refused_is_not_quoted(net, canary, house, move_in, post, stored, push, headers, damage):
    raw = {
        "not JSON": canary.unused.encode(),
        "not a push": json.dumps({"ref": canary.unused, "commits": canary.unused}).encode(),
        "duplicate key": f'{{"{canary.unused}": 1, "{canary.unused}": 2}}'.encode(),
    }.get(damage, push)
    sent = headers(raw, "wrong" if damage == "wrong secret" else canary.webhook)
    net.plant(sent["X-Hub-Signature-256"][7:])
    sent |= {"other event": {"X-GitHub-Event": "issues"}, "ping": {"X-GitHub-Event": "ping"}}.get(damage, {})
    sent |= {"Content-Type": "text/plain"} if damage == "other type" else {}
    net.catch(post(move_in(house), raw, sent), stored(house), house.telemetry.said.getvalue())
    assert net.hits() == []


@pytest.mark.parametrize("kind", ["service", "parameter", "anything", "of the system"])
def test_a_store_that_fails_with_a_secret_in_its_words_is_not_quoted(
    net, canary, house, move_in, post, push, headers, kind
):
    client = Exploding(quoting(canary)[kind])
    ledger = TableLedger(DynamoTable(client, "t", now=house.clock.now), account="default")
    answer = post(move_in(house, dataclasses.replace(house.ports, ledger=ledger)), push, headers(push, canary.webhook))
    net.catch(answer, house.telemetry.said.getvalue())
    assert answer.startswith("503")
    assert "ERROR" in house.telemetry.said.getvalue()
    assert net.hits() == []


@pytest.mark.parametrize("kind", ["service", "parameter", "anything", "of the system"])
def test_a_parameter_store_that_fails_with_a_secret_in_its_words_is_not_quoted(
    net, canary, house, move_in, post, push, headers, kind
):
    secrets = SsmSecrets(Exploding(quoting(canary)[kind]), prefix="/t", now=house.clock.now)
    gateway = move_in(house, dataclasses.replace(house.ports, secrets=secrets))
    answer = post(gateway, push, headers(push, canary.webhook))
    net.catch(answer, house.telemetry.said.getvalue())
    assert answer.startswith("503")
    assert net.hits() == []


def test_something_that_broke_is_503_and_an_alarm_with_its_kind_and_place(
    house, move_in, post, canary, push, headers, caplog
):
    ledger = Exploding(ZeroDivisionError(canary.personal))
    answer = post(move_in(house, dataclasses.replace(house.ports, ledger=ledger)), push, headers(push, canary.webhook))
    assert answer.startswith("503")
    (said,) = [json.loads(line) for line in house.telemetry.said.getvalue().splitlines()]
    assert (said["level"], said["event"], said["error"]) == ("ERROR", "crashed", "ZeroDivisionError")
    assert "line" in said["place"]
    assert [record for record in caplog.records if record.name == "tallyhook"] == [], "Chalice saw nothing of it"


def test_settings_that_cannot_be_used_shut_the_door_and_are_told(move_in, house, post, monkeypatch):
    gateway = move_in(house)
    bootstrap.move_in(bootstrap.House(telemetry=house.telemetry))
    monkeypatch.setenv("NOKO_BASE_URL", "ftp://noko.example")
    assert post(gateway, b"{}", {}).startswith("503")
    assert "NOKO_BASE_URL is not a base URL" in house.telemetry.said.getvalue()
