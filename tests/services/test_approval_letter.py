"""Those whom a policy tells hear once how each of its runs ended."""

import dataclasses
import json

import pytest
from fakes.house import FakeHouse
from fakes.payroll import MONDAY, WEEKLY, fill, policies

from chalicelib.domain.approval_record import from_text, key_of
from chalicelib.services.approvals import KIND, approve_due

HOOK = "https://acme.example/approvals"


@pytest.fixture
def house():
    house = FakeHouse(routing=policies(WEEKLY))
    approve_due(ports=house.ports, routing=house.routing, deadline=house.clock.now() + 60_000)
    fill(house, 30)
    house.secrets.notify_secrets = ("whsec_" + "A" * 40,)
    return house


def on_monday(house, **policy):
    house.routing = policies(dataclasses.replace(WEEKLY, **policy))
    house.clock.sleep_until(MONDAY)
    house.run(minutes=5)
    return from_text(house.ledger.run(KIND, key_of("weekly", MONDAY, by_hand=False)).body)


def test_each_address_gets_one_letter_that_tells_what_was_approved_and_what_was_not(house):
    record = on_monday(house, notify=(HOOK, "https://acme.example/second"))
    assert [url for url, _ in house.messenger.carried] == [HOOK, "https://acme.example/second"]
    body = json.loads(house.messenger.carried[0][1].body)
    assert body["type"] == "tallyhook.approval"
    assert (body["data"]["policy"], body["data"]["approved"]) == ("weekly", len(record.approved))
    assert {each["noko_id"] for each in body["data"]["not_approved"]} <= {each.noko_id for each in record.aside}
    assert body["data"]["not_approved"]
    house.run(minutes=60)
    assert len(house.messenger.carried) == 2


def test_a_policy_that_tells_nobody_tells_nobody(house):
    on_monday(house)
    assert house.messenger.carried == []
