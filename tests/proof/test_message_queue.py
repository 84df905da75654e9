import random

import pytest

from proof.message_queue import MAX_RECEIVES, RETENTION_MS, MessageQueue
from proof.timeline import Timeline

HIDDEN_MS = 90_000


@pytest.fixture
def timeline():
    with Timeline(0) as timeline:
        yield timeline


@pytest.fixture
def queue(timeline):
    return MessageQueue(timeline, visibility_ms=HIDDEN_MS, luck=random.Random(1))


def test_a_message_hides_while_it_is_worked_on_and_comes_back(timeline, queue):
    queue.send("work")
    assert queue.receive().body == "work"
    assert queue.receive() is None
    assert queue.depth == 1
    timeline.sleep_until(HIDDEN_MS)
    assert queue.receive().receives == 2


def test_a_deleted_message_never_comes_back(timeline, queue):
    queue.send("work")
    queue.delete(queue.receive())
    timeline.sleep_until(2 * HIDDEN_MS)
    assert queue.receive() is None
    assert queue.depth == 0


def test_a_delayed_message_counts_before_it_can_be_seen(timeline, queue):
    queue.send("later", delay_ms=5_000)
    assert queue.receive() is None
    assert queue.depth == 1
    timeline.sleep_until(5_000)
    assert queue.receive().body == "later"


def test_a_message_that_came_five_times_is_dead_at_the_sixth(timeline, queue):
    queue.send("poison")
    for _ in range(MAX_RECEIVES):
        assert queue.receive() is not None
        timeline.sleep_until(timeline.now + HIDDEN_MS)
    assert queue.receive() is None
    assert queue.dead_letters == ["poison"]
    assert queue.depth == 0


def test_a_message_is_forgotten_after_four_days(timeline, queue):
    queue.send("old")
    timeline.sleep_until(RETENTION_MS + 1)
    assert queue.receive() is None
    assert queue.expired == 1


def test_a_message_may_come_twice(timeline):
    queue = MessageQueue(timeline, visibility_ms=HIDDEN_MS, luck=random.Random(1), twice=1.0)
    queue.send("work")
    assert [queue.receive().body, queue.receive().body] == ["work", "work"]
    assert queue.doubled == 1
