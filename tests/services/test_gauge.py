"""What waits, for how long, and what a person has to see to: told by those who come across it anyway."""

import dataclasses

import pytest
from fakes.entry import entry as made
from fakes.house import ROUTING, FakeHouse, delivery, draft
from fakes.payroll import WEEKLY

from chalicelib.domain.entry import waiting_since
from chalicelib.domain.lifecycle import Status
from chalicelib.services.intake import take
from chalicelib.services.sending import ROOM

POST = ("POST", "/entries")


@pytest.fixture
def house():
    house = FakeHouse()
    take(delivery(draft(1)), ports=house.ports)
    return house


def told(house, name, field):
    return [fields[field] for event, fields in house.telemetry.events + house.telemetry.alarms if event == name]


def test_a_delivery_that_nobody_opens_is_told_with_its_age_by_every_tick(house):
    house.queue.open.clear()
    for _ in range(3):
        house.clock.advance(minutes=1)
        house.tick()
        house.queue.open.clear()
    assert told(house, "deliveries_wait", "waiting_s") == [60, 120, 180]


def test_a_queued_entry_that_nobody_posts_is_told_with_its_age_each_time_it_is_sent_again(house):
    house.open_next()
    for _ in range(16):
        house.queue.post.clear()
        house.clock.advance(minutes=1)
        house.tick()
    assert told(house, "entries_wait", "waiting_s") == [300, 600, 900]


def test_during_a_pause_and_with_a_full_queue_the_oldest_is_told_without_being_sent(house):
    house.open_next()
    house.queue.post.clear()
    house.throttle.pause("away", now=house.clock.now())
    house.transport.unreachable = True
    house.clock.advance(minutes=20)
    house.tick()
    assert told(house, "entries_wait", "waiting_s") == [1200]
    house.throttle.resume(now=house.clock.now())
    house.queue.post = [(0, "x")] * ROOM
    house.clock.advance(minutes=1)
    house.tick()
    assert told(house, "entries_wait", "waiting_s") == [1200, 1260]
    assert len(house.queue.post) == ROOM


def test_where_nothing_waits_nothing_is_told(house):
    house.run(minutes=70)
    names = {name for name, _ in house.telemetry.events}
    assert not names & {"deliveries_wait", "entries_wait", "entries_in_doubt", "attention_needed"}


def test_an_attempt_tells_how_long_it_waited_and_one_in_vain_since_when_its_entry_does(house):
    house.open_next()
    house.clock.advance(minutes=2)
    house.transport.unreachable = True
    house.post_next()
    house.clock.advance(minutes=3)
    house.post_next()
    assert told(house, "attempt", "waiting_s") == [0, 180]
    house.transport.unreachable = False
    house.clock.advance(minutes=1)
    house.post_next()
    assert told(house, "attempt", "waiting_s") == [0, 180, None]
    assert all(waited >= 0 for waited in told(house, "attempt", "waited_ms"))


def test_what_is_looked_for_is_told_by_the_age_of_its_attempt(house):
    house.open_next()
    house.sandbox.faults.add("drop_before", match=POST)
    house.post_next()
    house.transport.unreachable = True
    house.clock.advance(minutes=31)
    house.tick()
    assert told(house, "entries_in_doubt", "uncertain_s")[-1] == 31 * 60


def test_what_needs_attention_is_counted_once_an_hour(house):
    for number in (7, 8):
        house.ledger.put_entry(made(number, status=Status.NEEDS_ATTENTION, due_at=None))
    house.ledger.put_entry(made(9, status=Status.UNCERTAIN, due_at=2**50))
    house.run(minutes=125)
    assert told(house, "attention_needed", "entries") == [2, 2, 2]


def test_a_run_that_is_an_hour_late_is_told_by_every_tick_and_one_passed_over_once():
    weekly = dataclasses.replace(WEEKLY, when="day 1 01:00")
    house = FakeHouse(routing=dataclasses.replace(ROUTING, approvals=(weekly,)))
    house.tick()
    house.throttle.pause("away", now=house.clock.now())
    house.transport.unreachable = True
    house.clock.advance(hours=11, minutes=50)
    house.tick()
    assert told(house, "approval_overdue", "run") == [], "it was due fifty minutes ago"
    for _ in range(2):
        house.clock.advance(minutes=10)
        house.tick()
    assert len(told(house, "approval_overdue", "run")) == 1
    house.clock.advance(days=62)
    house.transport.unreachable = False
    house.throttle.resume(now=house.clock.now())
    house.tick()
    assert told(house, "approval_missed", "count") == [2]


def test_an_entry_waits_since_it_was_queued_or_since_its_first_attempt():
    fresh = made(1, status=Status.QUEUED, changed_at=50)
    assert waiting_since(fresh) == 50
    assert waiting_since(dataclasses.replace(fresh, first_attempt_at=60, changed_at=99, reason="no connection")) == 60
    replayed = dataclasses.replace(fresh, first_attempt_at=60, changed_at=99_000, reason=None)
    assert waiting_since(replayed) == 99_000
