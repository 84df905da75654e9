"""What a process remembers between two openings, and for how long."""

import dataclasses

import pytest
from fakes.house import FakeHouse, delivery, draft

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.services import directory, sending
from chalicelib.services.directory import DEFINITE_MS, RECALLED_MS
from chalicelib.services.intake import take
from chalicelib.services.sending import KNOWN_MS, OPENING_SHARE, room_for_opening, use_room


class CountingLedger:
    """A ledger that counts how often the directory is read from it."""

    def __init__(self, ledger):
        self._ledger = ledger
        self.reads = 0

    def directory(self):
        self.reads += 1
        return self._ledger.directory()

    def __getattr__(self, name):
        return getattr(self._ledger, name)


class CountingQueue(CountingLedger):
    """A queue that holds what it is told to hold, and counts how often it is asked."""

    def __init__(self, queue):
        super().__init__(queue)
        self.holds = 0

    def depth(self):
        self.reads += 1
        return self.holds


@pytest.fixture
def house():
    house = FakeHouse()
    house.counted, house.asked = CountingLedger(house.ledger), CountingQueue(house.queue)
    house.ports = dataclasses.replace(house.ports, ledger=house.counted, queue=house.asked)
    directory.fetch(ports=house.ports)
    return house


def test_the_directory_is_read_once_in_ten_minutes(house):
    for _ in range(5):
        assert directory.recall(ports=house.ports) == house.ledger.directory()
    assert house.counted.reads == 0  # this process has fetched it
    house.clock.advance(seconds=RECALLED_MS // 1000 + 1)
    directory.recall(ports=house.ports)
    directory.recall(ports=house.ports)
    assert house.counted.reads == 1


def test_what_is_recalled_is_no_older_than_what_may_be_found(house):
    house.clock.advance(seconds=60)
    directory.recall(ports=house.ports, max_age_ms=30_000)
    assert house.counted.reads == 1
    assert house.ledger.directory().fetched_at > house.clock.now() - 30_000


def test_who_is_missing_in_the_recalled_directory_is_looked_for_anew(house):
    directory.recall(ports=house.ports)
    house.clock.advance(seconds=DEFINITE_MS // 1000 + 1)
    known = house.ledger.directory().fetched_at
    stranger = draft(1, clock=house.clock, author=Author(name="X", email="unknown@elsewhere.example"))
    take(delivery(stranger), ports=house.ports)
    house.open_next()
    assert house.ledger.entry(stranger.key).status is Status.HELD
    assert house.counted.reads == 1
    assert house.ledger.directory().fetched_at > known


def test_one_look_at_the_queue_is_good_for_one_share(house):
    for _ in range(OPENING_SHARE):
        assert room_for_opening(1, ports=house.ports) > 0
        use_room(1, ports=house.ports)
    assert house.asked.reads == 1
    house.asked.holds = sending.ROOM
    assert room_for_opening(1, ports=house.ports) == 0
    assert house.asked.reads == 2


def test_a_large_opening_asks_when_less_than_its_share_is_left(house):
    room_for_opening(1, ports=house.ports)
    use_room(1, ports=house.ports)
    assert room_for_opening(2000, ports=house.ports) == OPENING_SHARE
    assert house.asked.reads == 2


def test_a_full_queue_is_looked_at_again_when_the_tick_has_come(house):
    house.asked.holds = sending.ROOM
    assert room_for_opening(1, ports=house.ports) == 0
    house.asked.holds = 0
    house.clock.advance(seconds=59)
    assert room_for_opening(1, ports=house.ports) == 0
    house.clock.advance(seconds=1)
    assert room_for_opening(1, ports=house.ports) == OPENING_SHARE


def test_what_was_known_long_ago_is_not_relied_on(house):
    room_for_opening(1, ports=house.ports)
    house.clock.advance(seconds=KNOWN_MS // 1000 + 1)
    room_for_opening(1, ports=house.ports)
    assert house.asked.reads == 2
