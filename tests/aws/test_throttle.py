"""The throttle's item, as the table holds it: a wrong clock, and what a call costs."""

import pytest
from botocore.stub import Stubber
from fakes.clock import START

from chalicelib.aws.table import DynamoTable
from chalicelib.domain.throttle import Bucket, Kind, Slot, Wait
from chalicelib.errors import ClockSkewed, StoreUnavailable
from chalicelib.table.throttle import TableThrottle

DAY_MS = 86_400_000


class Watched:
    """A real client that counts its calls."""

    def __init__(self, client):
        self._client = client
        self.calls = []

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self._client, name)


@pytest.fixture
def honest(emulator):
    """Return the time that the emulator believes it is."""
    probe = DynamoTable(emulator.dynamodb, emulator.table, now=lambda: 0)
    return -probe.skew_ms()


def throttle(emulator, account, *, now):
    client = Watched(emulator.dynamodb)
    return TableThrottle(DynamoTable(client, emulator.table, now=now), account=account, interval_ms=501), client


@pytest.mark.parametrize("off_ms", [DAY_MS, -DAY_MS, 8_000, -8_000])
def test_a_process_with_a_wrong_clock_writes_nothing_and_says_so(emulator, account, honest, off_ms):
    skewed, client = throttle(emulator, account, now=lambda: honest + off_ms)
    with pytest.raises(ClockSkewed, match=r"this process's clock is [+-][0-9.]+ s off"):
        skewed.reserve(Kind.POSTING, now=honest + off_ms)
    assert set(client.calls) == {"get_item"}
    assert skewed.state() == Bucket()


@pytest.mark.parametrize("off_ms", [0, 3_500, -3_500])
def test_a_clock_that_is_a_little_off_breaks_nothing(emulator, account, honest, off_ms):
    tolerated, _ = throttle(emulator, account, now=lambda: honest + off_ms)
    assert tolerated.reserve(Kind.POSTING, now=honest) == Slot(honest)


def test_a_clock_that_was_put_right_is_believed_after_the_next_answer(emulator, account, honest):
    now = honest + DAY_MS
    skewed, _ = throttle(emulator, account, now=lambda: now)
    with pytest.raises(ClockSkewed):
        skewed.reserve(Kind.POSTING, now=now)
    now = honest
    assert skewed.reserve(Kind.POSTING, now=now) == Slot(now)


def test_a_process_that_was_frozen_while_it_measured_measures_again(emulator, account, honest):
    readings = iter([honest + 60_000])
    thawed, _ = throttle(emulator, account, now=lambda: next(readings, honest))
    assert thawed.reserve(Kind.POSTING, now=honest) == Slot(honest)


def test_a_slot_costs_one_update_once_the_clock_is_known(emulator, account, honest):
    ours, client = throttle(emulator, account, now=lambda: honest)
    ours.reserve(Kind.POSTING, now=honest)
    client.calls.clear()
    ours.reserve(Kind.POSTING, now=honest)
    ours.reserve(Kind.JOB, now=honest)
    ours.reserve(Kind.POSTING, now=honest + 60_000)
    assert client.calls == ["update_item"] * 3


def test_without_a_table_there_is_no_slot(emulator, account):
    client = emulator.client("dynamodb")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_item", "InternalServerError")
        with pytest.raises(StoreUnavailable):
            TableThrottle(DynamoTable(client, "t", now=lambda: START), account=account, interval_ms=501).reserve(
                Kind.POSTING, now=START
            )


def test_who_loses_every_race_waits_an_interval(emulator, account):
    client = emulator.client("dynamodb")
    table = DynamoTable(client, "t", now=lambda: START)
    table.skew_ms = lambda **_: 0
    with Stubber(client) as stubber:
        for _ in range(8):
            stubber.add_client_error(
                "update_item",
                "ConditionalCheckFailedException",
                modeled_fields={"Item": {"tat": {"N": str(START - 1)}}},
            )
        racing = TableThrottle(table, account=account, interval_ms=501)
        assert racing.reserve(Kind.POSTING, now=START) == Wait(START + 501)
        stubber.assert_no_pending_responses()
