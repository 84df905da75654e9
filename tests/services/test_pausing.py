"""Pausing: when it begins, what goes on during it, and what ends it."""

import pytest
from fakes.house import FakeHouse

from chalicelib.domain.throttle import Health, Slot
from chalicelib.services import pausing
from devstack.sandbox import Kind


@pytest.fixture
def house():
    return FakeHouse()


def learn(house, health, *, streak=0):
    pausing.learn(
        health,
        Slot(house.clock.now(), streak),
        throttle=house.throttle,
        secrets=house.secrets,
        telemetry=house.telemetry,
        now=house.clock.now(),
    )


def paused(house):
    return house.throttle.state().paused_at is not None


def test_the_fifth_outage_in_a_row_pauses_and_alarms(house):
    for count in range(1, 6):
        learn(house, Health.OUTAGE, streak=count - 1)
        assert paused(house) == (count == 5)
    assert house.telemetry.alarms == [("paused", {"reason": "Noko could not be reached", "cause": "outage"})]


def test_contact_ends_a_streak_that_the_slot_told_of(house):
    for _ in range(4):
        learn(house, Health.OUTAGE)
    learn(house, Health.CONTACT, streak=4)
    learn(house, Health.OUTAGE)
    assert house.throttle.state().streak == 1
    assert not paused(house)


def test_silence_of_our_own_teaches_nothing(house):
    for _ in range(9):
        learn(house, Health.SILENT)
    assert house.throttle.state().streak == 0
    assert not paused(house)


def test_a_refused_token_is_forgotten_and_pauses_at_once(house):
    learn(house, Health.TOKEN_REFUSED)
    assert paused(house)
    assert house.secrets.forgotten == 1


def test_a_probe_that_succeeds_ends_the_pause_and_the_streak(house):
    for _ in range(5):
        learn(house, Health.OUTAGE)
    house.clock.advance(minutes=1)
    assert pausing.probe(ports=house.ports)
    state = house.throttle.state()
    assert (state.paused_at, state.streak, state.resumed_at) == (None, 0, house.clock.now())
    assert ("resumed", {}) in house.telemetry.events


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.LOCKED, Kind.UNAUTHORIZED, Kind.FORBIDDEN, Kind.EMPTY])
def test_a_probe_that_fails_leaves_the_pause_on(house, kind):
    house.throttle.pause("away", now=house.clock.now())
    house.sandbox.faults.add(kind)
    assert not pausing.probe(ports=house.ports)
    assert house.throttle.state().pause_reason == "away"
    assert len(house.transport.requests) == 1


def test_a_probe_without_a_token_fails_quietly(house):
    house.throttle.pause("away", now=house.clock.now())
    house.secrets.token = None
    assert not pausing.probe(ports=house.ports)
    assert paused(house)


def test_after_a_403_a_token_that_works_does_not_pause(house):
    assert pausing.token_works(ports=house.ports)
    assert not paused(house)


@pytest.mark.parametrize("kind", [Kind.FORBIDDEN, Kind.UNAUTHORIZED, Kind.DROP_BEFORE, Kind.THROTTLED])
def test_after_a_403_a_token_that_noko_does_not_confirm_pauses(house, kind):
    house.sandbox.faults.add(kind)
    assert not pausing.token_works(ports=house.ports)
    assert paused(house)
    assert "paused" in [name for name, _ in house.telemetry.alarms]
