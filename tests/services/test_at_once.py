"""What is alone in a delivery just received is posted by whoever opens it."""

from functools import partial

import pytest
from fakes.house import FakeHouse, delivery, draft

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import StoreUnavailable
from chalicelib.services import directory as directories
from chalicelib.services.intake import take
from chalicelib.services.opening import PROMPT_MS, open_delivery
from chalicelib.services.posting import post_at_once


@pytest.fixture
def house():
    return FakeHouse()


def bring(house, *numbers):
    take(delivery(*(draft(number, clock=house.clock) for number in numbers)), ports=house.ports)
    house.queue.receive_open()


def opened(house, *, post=None):
    deadline = house.clock.now() + 300_000
    post = post or partial(post_at_once, ports=house.ports, deadline=deadline)
    open_delivery(delivery().key, ports=house.ports, routing=house.routing, deadline=deadline, post=post)


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def test_a_single_entry_is_in_noko_when_its_delivery_is_opened_and_no_message_speaks_of_it(house):
    bring(house, 1)
    opened(house)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1
    assert house.queue.post == []
    assert house.ledger.delivery(delivery().key).opened_at is not None


def test_of_two_entries_both_are_sent(house):
    bring(house, 1, 2)
    opened(house)
    assert [key for _, key in house.queue.post] == [draft(1).key, draft(2).key]
    assert house.sandbox.books.entries() == []


def test_a_delivery_that_had_to_wait_is_opened_and_no_more_since_others_wait_behind_it(house):
    bring(house, 1)
    house.clock.advance(seconds=PROMPT_MS // 1000 + 1)
    opened(house)
    assert [key for _, key in house.queue.post] == [draft().key]
    assert entry(house).status is Status.QUEUED


def test_a_redelivery_posts_nothing(house):
    bring(house, 1)
    opened(house)
    opened(house)
    assert entry(house).attempt == 1
    assert len(house.sandbox.books.entries()) == 1


def test_a_held_entry_is_not_posted(house):
    stranger = Author(name="X", email="unknown@elsewhere.example")
    take(delivery(draft(1, clock=house.clock, author=stranger)), ports=house.ports)
    opened(house)
    assert entry(house).status is Status.HELD
    assert house.sandbox.books.entries() == []


def test_where_many_wait_for_slots_a_message_joins_them(house):
    bring(house, 1)
    fetched(house)
    house.throttle.penalise(now=house.clock.now())  # for three seconds nobody gets a slot
    opened(house)
    assert [key for _, key in house.queue.post] == [draft().key]
    assert entry(house).status is Status.QUEUED


def fetched(house):
    """Have Noko's people known, so that no slot is needed for them."""
    directories.fetch(ports=house.ports)
    house.clock.advance(seconds=2)


def test_a_process_that_dies_before_the_posting_leaves_the_entry_to_the_tick(house):
    def dies(_):
        raise StoreUnavailable("the process is gone")

    bring(house, 1)
    with pytest.raises(StoreUnavailable):
        opened(house, post=dies)
    assert entry(house).status is Status.QUEUED
    opened(house)  # the message comes again
    assert house.queue.post == []
    house.run(minutes=8)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1


def test_while_posting_is_paused_the_entry_waits_for_its_end(house):
    bring(house, 1)
    fetched(house)
    house.throttle.pause("Noko could not be reached", now=house.clock.now())
    opened(house)
    assert entry(house).status is Status.QUEUED
    assert entry(house).attempt == 0
    house.run(minutes=3)
    assert entry(house).status is Status.LOGGED
