"""A write whose answer was lost: boto3 sends it again, and the condition then fails for our own write."""

from dataclasses import replace

import pytest
from fakes.clock import START
from fakes.entry import entry
from fakes.house import delivery, draft
from fakes.proxy import LosingProxy

from chalicelib.aws.table import DynamoTable
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.run import Run
from chalicelib.domain.throttle import Kind, Slot
from chalicelib.ports import Queued, StoreCard
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle


@pytest.fixture(scope="module")
def proxy(emulator):
    proxy = LosingProxy(emulator.url)
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def proxied(emulator, proxy):
    return DynamoTable(emulator.client("dynamodb", url=proxy.url), emulator.table, now=lambda: START)


@pytest.fixture
def ledger(proxied, account, proxy):
    proxy.calls.clear()
    return TableLedger(proxied, account=account)


def test_a_claim_of_ours_is_ours(ledger, proxy):
    before = ledger.put_entry(entry(1))
    after = replace(before, status=Status.POSTING, attempt=1, token="mine", stamp="mine")
    proxy.lose_next("PutItem")
    assert ledger.swap(before, after) == after
    assert proxy.calls.count("PutItem") == 3, "put, swap, and swap again"


def test_a_claim_of_somebody_else_is_not_ours(ledger, proxy):
    before = ledger.put_entry(entry(1))
    theirs = ledger.swap(before, replace(before, status=Status.POSTING, attempt=1, token="theirs", stamp="theirs"))
    proxy.lose_next("PutItem")
    ours = replace(before, status=Status.POSTING, attempt=1, token="ours", stamp="ours")
    assert ledger.swap(before, ours) == theirs


def test_a_delivery_that_we_stored_is_new(ledger, proxy):
    proxy.lose_next("PutItem")
    assert ledger.accept(delivery(draft(1)), now=START, due_at=START, stamp="mine") is None
    assert proxy.calls == ["PutItem", "PutItem"]


def test_an_entry_that_we_put_is_ours(ledger, proxy):
    proxy.lose_next("PutItem")
    assert ledger.put_entry(entry(1)) == entry(1)


def test_a_noko_id_that_we_took_is_ours(ledger, proxy):
    proxy.lose_next("PutItem")
    assert ledger.take_noko_id(17, "github:a") == "github:a"


def test_an_entry_that_we_marked_is_marked(ledger, proxy):
    key = ledger.put_entry(entry(1)).key
    proxy.lose_next("UpdateItem")
    assert ledger.mark_sent(Queued(key, None), sent_at=START + 5, due_at=START + 9)


def test_a_store_that_we_claimed_is_ours(ledger, proxy):
    proxy.lose_next("PutItem")
    assert ledger.claim_store("us", now=START) == StoreCard("us", START)


def test_a_run_that_we_claimed_and_finished_is_ours(ledger, proxy):
    mine = Run("audit", "2026-06-29", started_at=START, lease_until=START, stamp="mine")
    proxy.lose_next("PutItem")
    assert ledger.put_run(mine) == mine
    done = replace(mine, stamp="done", finished_at=START)
    proxy.lose_next("PutItem")
    assert ledger.swap_run(mine, done) == done


def test_a_restore_mode_that_we_ended_is_over(proxied, proxy, account):
    throttle = TableThrottle(proxied, account=account, interval_ms=501)
    proxy.lose_next("UpdateItem")
    throttle.enter_restore(START - 5, now=START)
    proxy.lose_next("UpdateItem")
    assert throttle.leave_restore(START - 5, now=START + 1)
    assert throttle.state().restored_to is None


def test_a_slot_whose_answer_was_lost_is_wasted_not_doubled(proxied, proxy, account):
    table = DynamoTable(proxied._client, proxied._name, now=lambda: START)
    table.skew_ms = lambda **_: 0  # virtual time has no skew to measure
    throttle = TableThrottle(table, account=account, interval_ms=501)
    found = []
    for _ in range(3):
        proxy.lose_next("UpdateItem")
        decision = throttle.reserve(Kind.POSTING, now=START)
        found += [decision.at] if isinstance(decision, Slot) else []
    assert len(found) == len(set(found)) >= 1
