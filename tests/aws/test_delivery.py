"""How deliveries are written: parts first, the head last, so that half a delivery is none."""

import random

import pytest
from botocore.exceptions import EndpointConnectionError
from fakes.clock import START
from fakes.house import delivery, draft

from chalicelib.aws.table import DynamoTable
from chalicelib.errors import StoreUnavailable
from chalicelib.table.ledger import TableLedger

NOISE = random.Random(7)
HUGE = delivery(*(draft(n, description=NOISE.randbytes(90_000).hex()) for n in range(1, 11)), name="huge")


@pytest.fixture
def puts():
    """Say what to do at each put: called with the item."""
    return []


@pytest.fixture
def ledger(emulator, account, puts):
    client = emulator.client("dynamodb")

    def before_put(params, **_):
        for watcher in puts:
            watcher(params["Item"])

    client.meta.events.register("provide-client-params.dynamodb.PutItem", before_put)
    return TableLedger(DynamoTable(client, emulator.table, now=lambda: START), account=account)


def accept(ledger, stamp="s1"):
    return ledger.accept(HUGE, now=START, due_at=START, stamp=stamp)


def test_the_head_is_written_last_and_every_item_fits(ledger, puts):
    written = []
    puts.append(lambda item: written.append((item["SK"]["S"], len(item["body"]["B"]))))
    accept(ledger)
    names, sizes = zip(*written, strict=True)
    assert names == ("part#s1#0001", "part#s1#0002", "head")
    assert max(sizes) <= 350_000


def test_a_small_delivery_is_one_write(ledger, puts):
    written = []
    puts.append(lambda item: written.append(item["SK"]["S"]))
    ledger.accept(delivery(draft(1)), now=START, due_at=START, stamp="s1")
    assert written == ["head"]


@pytest.mark.parametrize("at", ["part#s1#0001", "part#s1#0002", "head"])
def test_a_crash_before_any_write_leaves_no_delivery_and_the_next_try_makes_one(ledger, puts, at):
    def crash(item):
        if item["SK"]["S"] == at:
            raise EndpointConnectionError(endpoint_url="down")

    puts.append(crash)
    with pytest.raises(StoreUnavailable):
        accept(ledger, "s1")
    assert ledger.delivery(HUGE.key) is None
    assert list(ledger.unopened(now=2**50, limit=9)) == []
    puts.clear()
    assert accept(ledger, "s2") is None
    assert ledger.delivery(HUGE.key).delivery == HUGE


def test_a_part_that_expired_makes_the_contents_retired_not_broken(ledger, emulator, account):
    accept(ledger)
    key = {"PK": {"S": f"{account}#delivery#{HUGE.key}"}, "SK": {"S": "part#s1#0002"}}
    emulator.dynamodb.delete_item(TableName=emulator.table, Key=key)
    assert ledger.delivery(HUGE.key) is None


def items_of(emulator, account):
    """Read all that lies under the delivery's key: what each is, and for how many days it lives."""
    pages = emulator.dynamodb.get_paginator("query").paginate(
        TableName=emulator.table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": f"{account}#delivery#{HUGE.key}"}},
    )
    items = [item for page in pages for item in page["Items"]]
    return {item["SK"]["S"]: _days(item.get("expires_at")) for item in items}


def _days(expiry):
    return None if expiry is None else (int(expiry["N"]) - START // 1000) // 86_400


def test_until_it_is_opened_the_head_stays_and_its_parts_as_long_as_the_tick_looks_after_them(
    ledger, emulator, account
):
    accept(ledger)
    assert items_of(emulator, account) == {"head": None, "part#s1#0001": 400, "part#s1#0002": 400}
    ledger.postpone(HUGE.key, until=START + 100 * 86_400_000)
    assert items_of(emulator, account) == {"head": None, "part#s1#0001": 500, "part#s1#0002": 500}


def test_retiring_drops_the_parts_and_keeps_the_head(ledger, emulator, account):
    accept(ledger)
    ledger.mark_opened(HUGE.key, now=START)
    assert ledger.retire(now=START + 30 * 86_400_000, limit=9) == 1
    assert items_of(emulator, account) == {"head": 400}
