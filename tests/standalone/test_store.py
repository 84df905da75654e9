"""Ledger, queues and throttle in one file, as an instance opens them."""

import pytest
from fakes.clock import START, FakeClock
from fakes.entry import entry
from fakes.telemetry import FakeTelemetry

from chalicelib.domain.interval import Intervals
from chalicelib.domain.throttle import Kind, Slot
from chalicelib.errors import ConfigurationError, StoreUnavailable
from chalicelib.settings import Settings
from standalone.queue import MAX_RECEIVES, VISIBILITY_S
from standalone.store import open_store

SETTINGS = Settings(intervals=Intervals(throttle_ms=7))


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def opened(tmp_path, clock):
    stores = []

    def again(**changes):
        for store in stores:
            store.close()
        stores.append(open_store(tmp_path / "store.db", settings=SETTINGS, clock=clock, **changes))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


def test_all_three_go_on_where_they_were(opened):
    store = opened()
    store.stores.ledger.put_entry(entry())
    store.stores.queue.send_entries([entry().key])
    assert store.stores.throttle.reserve(Kind.POSTING, now=START) == Slot(START)
    store = opened()
    assert store.stores.ledger.entry(entry().key) == entry()
    assert store.mailboxes.of("post").receive().body == f'{{"key": "{entry().key}"}}'
    assert store.stores.throttle.reserve(Kind.POSTING, now=START) == Slot(START + 7)


def test_a_dead_letter_is_an_alarm_with_its_key_and_no_more(opened, clock):
    telemetry = FakeTelemetry()
    store = opened(telemetry=telemetry)
    store.stores.queue.send_letter("digest-1")
    for _ in range(MAX_RECEIVES + 1):
        store.queue.take("tell")
        clock.advance(seconds=VISIBILITY_S["tell"])
    assert telemetry.alarms == [("dead_letter", {"queue": "tell", "key": "digest-1"})]


def test_a_closed_store_is_unavailable(opened):
    store = opened()
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.stores.ledger.entry("k")
    with pytest.raises(StoreUnavailable):
        store.mailboxes.of("post").receive()


def test_a_file_that_cannot_be_used_is_a_matter_of_configuration(tmp_path, clock):
    (tmp_path / "store.db").write_text("nothing of ours" * 100, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        open_store(tmp_path / "store.db", settings=SETTINGS, clock=clock)
