import dataclasses

import pytest
from fakes.house import POST_MS, delivery, draft

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Mode, Person
from chalicelib.errors import StoreUnavailable
from chalicelib.services.intake import take
from chalicelib.services.opening import open_delivery
from chalicelib.services.replay import replay
from chalicelib.services.sending import FULL, ROOM
from chalicelib.services.sweep import sweep

STRANGER = Author(email="stranger@elsewhere.example")
PROBES = ("GET", "/current_user")


def opened(house, *drafts, name="d1"):
    take(delivery(*drafts, name=name), ports=house.ports)
    house.open_next()


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def backlog(house, count):
    """Fill the ledger with queued entries for which no message is on its way."""
    for start in range(0, count, 500):
        drafts = [draft(n) for n in range(start + 1, min(start + 500, count) + 1)]
        take(delivery(*drafts, name=f"b{start}"), ports=house.ports)
        key = house.queue.receive_open()
        open_delivery(key, ports=house.ports, routing=house.routing, deadline=house.clock.now() + 300_000)


def test_a_message_that_was_lost_is_sent_again_after_five_sweeps(house):
    opened(house, draft(1))
    house.queue.post.clear()
    house.run(minutes=4)
    assert entry(house).status is Status.QUEUED
    house.run(minutes=2)
    assert entry(house).status is Status.LOGGED


def test_a_message_that_is_on_its_way_is_not_doubled(house):
    opened(house, draft(1))
    house.clock.advance(minutes=4)
    house.tick()
    assert len(house.queue.post) == 1


def test_a_backlog_of_20000_never_floods_the_queue(house):
    backlog(house, 20_000)
    deepest = 0
    for _ in range(30):
        house.tick()
        deepest = max(deepest, house.queue.depth())
        del house.queue.post[:120]  # what a minute at Noko's pace takes away
        house.clock.advance(minutes=1)
    assert ROOM <= deepest <= 900
    assert FULL <= 900


def test_two_ticks_at_once_send_each_entry_once(house):
    backlog(house, 50)
    house.queue.post.clear()
    house.clock.advance(minutes=6)
    house.tick()
    house.tick()
    keys = [key for _, key in house.queue.post]
    assert len(keys) == len(set(keys)) == 50


def test_noko_down_for_a_day_costs_one_probe_a_minute_and_no_attempts(house):
    opened(house, *(draft(n) for n in range(1, 11)))
    house.transport.unreachable = True
    house.run(minutes=10)
    before = len(house.transport.requests)
    attempts = [entry(house, n).attempt for n in range(1, 11)]
    house.run(minutes=24 * 60 - 10)
    during = house.transport.requests[before:]
    assert {request.url.rpartition("/")[2] for request in during} == {"current_user"}
    assert 24 * 60 - 12 <= len(during) <= 24 * 60
    assert [entry(house, n).attempt for n in range(1, 11)] == attempts
    assert sum(attempts) == 5
    house.transport.unreachable = False
    house.run(minutes=3)
    assert set(house.statuses().values()) == {"logged"}
    assert len(house.sandbox.books.entries()) == 10


def test_a_token_revoked_for_an_hour_loses_nothing_and_posts_nothing(house):
    opened(house, draft(1))
    house.run(minutes=1)
    house.sandbox.credentials.revoke()
    opened(house, draft(2), draft(3), name="d2")
    house.run(minutes=60)
    posts = house.sandbox.journal.arrivals("POST", "/entries")
    assert len(posts) <= 3
    assert house.secrets.forgotten
    house.sandbox.credentials.restore()
    house.run(minutes=3)
    assert set(house.statuses().values()) == {"logged"}


def test_deliveries_that_wait_for_noko_do_not_add_calls_to_an_outage(house):
    house.transport.unreachable = True
    for number in range(20):
        take(delivery(draft(number + 1), name=f"d{number}"), ports=house.ports)
    house.run(minutes=5)
    before = len(house.transport.requests)
    house.run(minutes=30)
    assert len(house.transport.requests) - before <= 31
    house.transport.unreachable = False
    house.run(minutes=4)
    assert set(house.statuses().values()) == {"logged"}
    assert len(house.statuses()) == 20


def test_a_held_entry_is_judged_anew_when_the_routing_file_changes(house):
    opened(house, draft(1, author=STRANGER))
    house.run(minutes=2)
    assert entry(house).status is Status.HELD
    mapped = Person(noko="jane@acme.example", emails=(STRANGER.email,))
    house.routing = dataclasses.replace(house.routing, people=(mapped,))
    house.run(minutes=2)
    assert entry(house).status is Status.LOGGED


def test_a_held_entry_is_judged_anew_when_noko_changes(house):
    opened(house, draft(1, project="Fresh"))
    house.sandbox.books.add_project("Fresh")
    house.run(minutes=58)
    assert entry(house).status is Status.HELD
    house.run(minutes=6)
    assert entry(house).status is Status.LOGGED


def test_a_held_entry_that_nothing_changed_for_is_not_written(house):
    opened(house, draft(1, author=STRANGER))
    before = entry(house)
    house.run(minutes=10)
    assert entry(house) == before


def test_what_was_observed_waits_for_its_replay_even_after_the_mode_is_live(house):
    live = house.routing
    defaults = dataclasses.replace(live.defaults, mode=Mode.OBSERVE)
    house.routing = dataclasses.replace(live, defaults=defaults)
    opened(house, draft(1), draft(2, author=STRANGER))
    house.routing = dataclasses.replace(live, people=(*live.people, Person("sam@acme.example", (STRANGER.email,))))
    house.run(minutes=3)
    assert set(house.statuses().values()) == {"held"}
    assert {entry(house, n).reason_code for n in (1, 2)} == {"observed"}
    for number in (1, 2):
        replay(draft(number).key, anyway=False, ports=house.ports, routing=house.routing)
    house.run(minutes=1)
    assert set(house.statuses().values()) == {"logged"}


def test_a_step_that_fails_leaves_the_others_to_run(house):
    opened(house, draft(1))
    house.queue.post.clear()
    house.clock.advance(minutes=6)

    def down(**_):
        raise StoreUnavailable("down")

    house.ledger.unopened = down
    with pytest.raises(StoreUnavailable):
        sweep(ports=house.ports, routing=house.routing, deadline=house.clock.now() + POST_MS)
    assert len(house.queue.post) == 1


def test_contents_of_deliveries_retire_after_thirty_days_and_their_keys_stay(house):
    opened(house, draft(1))
    house.clock.advance(days=29)
    house.tick()
    assert house.ledger.delivery(delivery().key) is not None
    house.clock.advance(days=2)
    house.tick()
    assert house.ledger.delivery(delivery().key) is None
    assert not take(delivery(draft(1)), ports=house.ports)


def test_dead_letters_with_logged_entries_in_them_create_nothing(house):
    opened(house, *(draft(n) for n in range(1, 6)))
    house.run(minutes=1)
    house.queue.send_entries([draft(n).key for n in range(1, 6)])
    house.run(minutes=1)
    assert len(house.sandbox.books.entries()) == 5
