"""Messages in an SQLite file: hidden while somebody works on them, back if he dies, dead after five times in vain."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from fakes.clock import FakeClock

from chalicelib.domain.retry import MAX_DELAY_S
from standalone.database import Database
from standalone.queue import AHEAD_MS, DEAD_MS, GLANCE_S, MAX_RECEIVES, VISIBILITY_S, WAIT_S, DeadLetter, SqliteQueue

RESOURCES = Path(__file__).parent.parent.parent / "infra" / "resources.yaml"


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "store.db")
    yield database
    database.close()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def deaths():
    return []


@pytest.fixture
def queue(database, clock, deaths):
    return SqliteQueue(database, now=clock.now, on_death=deaths.append)


def test_the_numbers_are_those_of_the_queues_on_aws():
    resources = yaml.safe_load(RESOURCES.read_text(encoding="utf-8"))["Resources"]
    for name, seconds in VISIBILITY_S.items():
        queue = resources[f"{name.title()}Queue"]["Properties"]
        assert (queue["VisibilityTimeout"], queue["RedrivePolicy"]["maxReceiveCount"]) == (seconds, MAX_RECEIVES)


@pytest.mark.parametrize("name", VISIBILITY_S)
def test_a_message_is_hidden_while_somebody_works_on_it_and_comes_again(queue, clock, name):
    {"open": queue.send_delivery, "post": lambda key: queue.send_entries([key]), "tell": queue.send_letter}[name]("k")
    first = queue.take(name)
    assert (first.body, first.receives) == ('{"key": "k"}', 1)
    clock.advance(ms=1000 * VISIBILITY_S[name] - 1)
    assert queue.take(name) is None
    clock.advance(ms=1)
    second = queue.take(name)
    assert (second.id, second.body, second.receives) == (first.id, first.body, 2)
    assert second.receipt != first.receipt


@pytest.mark.parametrize("delay_s", [0, MAX_DELAY_S])
def test_what_a_clock_gone_wrong_has_hidden_is_handed_out_and_hidden_as_long_as_ever(queue, clock, delay_s):
    clock.advance(hours=24)
    queue.send_entries(["sent"], delay_s=delay_s)
    clock.advance(hours=-1)
    assert queue.take("post").body == '{"key": "sent"}'
    clock.advance(hours=-1)
    assert queue.take("post").receives == 2
    assert queue.take("post") is None
    clock.advance(ms=1000 * VISIBILITY_S["post"] - 1)
    assert queue.take("post") is None


def test_nothing_is_hidden_for_so_long_that_the_clock_would_be_blamed():
    assert 1000 * max(MAX_DELAY_S, *VISIBILITY_S.values()) < AHEAD_MS


def test_who_comes_back_too_late_deletes_nothing(queue, clock):
    queue.send_entries(["k"])
    late = queue.take("post")
    clock.advance(seconds=VISIBILITY_S["post"])
    holder = queue.take("post")
    queue.delete(late)
    assert queue.depth() == 1
    queue.delete(holder)
    queue.delete(holder)
    assert queue.depth() == 0


def test_what_came_five_times_in_vain_lies_with_the_dead_letters_and_is_told_once(queue, clock, deaths):
    queue.send_entries(["bad", "good"])
    for receives in range(1, MAX_RECEIVES + 1):
        messages = {m.body: m for m in iter(lambda: queue.take("post"), None)}
        assert messages['{"key": "bad"}'].receives == receives
        if '{"key": "good"}' in messages:
            queue.delete(messages['{"key": "good"}'])
        clock.advance(seconds=VISIBILITY_S["post"])
    queue.send_entries(["next"])
    assert queue.take("post").body == '{"key": "next"}'
    dead = DeadLetter("post", '{"key": "bad"}', clock.now())
    assert queue.dead_letters() == deaths == [dead]
    assert queue.depth() == 1
    clock.advance(days=2)
    queue.take("post")
    assert deaths == [dead]


def test_a_dead_letter_is_kept_for_a_fortnight(queue, clock):
    died = []
    for name in ("one", "two", "three"):
        queue.send_entries([name])
        for _ in range(MAX_RECEIVES):
            queue.take("post")
            clock.advance(seconds=VISIBILITY_S["post"])
        queue.take("post")
        died.append(clock.now())
        assert [letter.died_at for letter in queue.dead_letters()] == [at for at in died if at > clock.now() - DEAD_MS]
        clock.advance(days=10)
    assert len(queue.dead_letters()) == 2


def test_what_was_visible_first_is_handed_out_first(queue, clock):
    queue.send_entries(["late"], delay_s=10)
    queue.send_entries(["one", "two"])
    clock.advance(seconds=10)
    queue.send_entries(["last"])
    bodies = [message.body for message in iter(lambda: queue.take("post"), None)]
    assert bodies == [f'{{"key": "{key}"}}' for key in ("one", "two", "late", "last")]


def test_messages_outlive_the_process(tmp_path, clock):
    for receives in (1, 2):
        database = Database(tmp_path / "store.db")
        queue = SqliteQueue(database, now=clock.now)
        if receives == 1:
            queue.send_entries(["kept"])
        assert queue.take("post").receives == receives
        clock.advance(seconds=VISIBILITY_S["post"])
        database.close()


def now():
    return time.time_ns() // 1_000_000


def waiting(queue, name):
    """Receive in a thread that waits already; return the pool, and what will be (seconds, message)."""
    ready, mailbox = threading.Event(), queue.of(name)

    def receive():
        ready.set()
        began = time.monotonic()
        message = mailbox.receive()
        return time.monotonic() - began, message

    pool = ThreadPoolExecutor(1)
    receiving = pool.submit(receive)
    ready.wait(5)
    time.sleep(0.05)
    return pool, receiving


def test_who_waits_gets_what_this_process_sends_at_once(database):
    queue = SqliteQueue(database, now=now)
    pool, receiving = waiting(queue, "post")
    queue.send_entries(["k"])
    seconds, message = receiving.result()
    pool.shutdown()
    assert message.body == '{"key": "k"}'
    assert seconds < GLANCE_S


def test_who_waits_gets_what_another_process_sends_and_what_becomes_visible(database):
    queue, others = SqliteQueue(database, now=now), SqliteQueue(database, now=now)
    pool, receiving = waiting(queue, "post")
    others.send_entries(["k"])
    seconds, message = receiving.result()
    assert message.body == '{"key": "k"}'
    assert seconds < WAIT_S
    pool.shutdown()
    queue.send_letter("late", delay_s=1)
    began = time.monotonic()
    letters = [queue.of("tell").receive() for _ in range(2)]
    pool.shutdown()
    assert [letter.body for letter in letters if letter] == ['{"key": "late"}']
    assert time.monotonic() - began < 1 + GLANCE_S + WAIT_S


def test_who_waits_in_vain_waits_a_second(database):
    began = time.monotonic()
    assert SqliteQueue(database, now=now).of("open").receive() is None
    assert WAIT_S <= time.monotonic() - began < 2 * WAIT_S
