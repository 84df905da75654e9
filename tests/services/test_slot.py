"""Waiting for a slot: as long as there is time, never while suspended, and through a corrupt item."""

from dataclasses import replace

import pytest
from fakes.clock import FakeClock
from fakes.telemetry import FakeTelemetry
from fakes.throttle import MemoryThrottle

from chalicelib.domain.throttle import Corrupt, Kind, Slot
from chalicelib.errors import ClockSkewed, Paused
from chalicelib.services.slot import NoSlotError, wait_for_slot

MINUTE_MS = 60_000


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def throttle():
    return MemoryThrottle()


@pytest.fixture
def telemetry():
    return FakeTelemetry()


@pytest.fixture
def wait(clock, throttle, telemetry):
    def wait(kind=Kind.POSTING, *, within_ms=MINUTE_MS, source=None):
        until = clock.now() + within_ms
        return wait_for_slot(kind, throttle=source or throttle, clock=clock, telemetry=telemetry, until=until)

    return wait


def test_a_slot_is_returned_at_its_instant_and_not_before(wait, clock):
    first, second = wait(), wait()
    assert second.at == first.at + 501
    assert clock.now() == second.at


def test_a_throttle_that_says_wait_is_asked_again_when_it_said(wait, clock, throttle):
    throttle.penalise(now=clock.now())
    assert wait() == Slot(clock.now())
    assert clock.slept_until[0] == throttle.bucket.pen_until


def test_no_slot_is_waited_for_beyond_the_time_there_is(wait, clock, throttle):
    throttle.penalise(now=clock.now())
    with pytest.raises(NoSlotError):
        wait(within_ms=2_999)
    assert clock.slept_until == []
    assert wait(within_ms=3_000) == Slot(clock.now())


def test_while_suspended_only_a_probe_gets_a_slot(wait, clock, throttle):
    throttle.pause("Noko is away", now=clock.now())
    for kind in (Kind.POSTING, Kind.JOB):
        with pytest.raises(Paused, match="Noko is away"):
            wait(kind)
    assert wait(Kind.PROBE) == Slot(clock.now())


def test_a_corrupt_item_is_told_and_then_serves(wait, clock, throttle, telemetry):
    throttle.bucket = replace(throttle.bucket, tat=2**60)
    assert wait() == Slot(clock.now())
    assert telemetry.alarms == [("throttle_corrupt", {"field": "tat"})]


def test_an_item_that_stays_corrupt_is_given_up_in_time(wait, clock, telemetry):
    class Sick(MemoryThrottle):
        def reserve(self, kind, *, now):
            clock.advance(seconds=20)
            return Corrupt(f"tat of {kind} at {now}")

    with pytest.raises(NoSlotError):
        wait(source=Sick())
    assert 1 < len(telemetry.alarms) < 10


def test_what_the_throttle_raises_is_passed_on(wait):
    class Skewed(MemoryThrottle):
        def reserve(self, kind, *, now):
            raise ClockSkewed(f"{kind} {now}")

    with pytest.raises(ClockSkewed):
        wait(source=Skewed())
