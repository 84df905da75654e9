import dataclasses
import itertools

import pytest
from fakes.house import FakeHouse, delivery, draft

from chalicelib.domain.lifecycle import Status
from chalicelib.errors import StoreUnavailable
from chalicelib.services.intake import take
from chalicelib.services.posting import post

POST = ("POST", "/entries")


def queued(house, *drafts):
    take(delivery(*(drafts or (draft(1),))), ports=house.ports)
    house.open_next()
    return house


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def test_an_entry_is_posted_once_with_the_commit_url_as_source_url(house):
    queued(house).post_next()
    (held,) = house.sandbox.books.entries()
    assert held.source_url == draft(1).source_url
    assert entry(house).status is Status.LOGGED
    assert entry(house).noko_id == held.id
    assert house.ledger.holder_of(held.id) == draft(1).key


def test_a_message_that_comes_twice_posts_once(house):
    queued(house)
    house.queue.post *= 2
    house.post_next()
    house.post_next()
    assert len(house.sandbox.books.entries()) == 1


def test_the_minutes_that_noko_made_of_ours_are_kept(house):
    queued(house, draft(1, minutes=31, project="Website")).post_next()
    assert entry(house).draft.minutes == 31
    assert entry(house).logged_minutes == 45


@pytest.mark.parametrize("kind", ["drop_after", "cut", "not_json", "empty", "accepted"])
def test_a_lost_answer_is_reconciled_and_never_posted_again(house, kind):
    house.sandbox.faults.add(kind, match=POST)
    queued(house).post_next()
    created_for_sure = entry(house).status is Status.LOGGED  # a cut 201 still named its Location
    assert created_for_sure or entry(house).status is Status.UNCERTAIN
    house.run(minutes=6)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1
    assert len(house.sandbox.journal.arrivals("POST", "/entries")) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_after_the_work_is_not_taken_for_not_created(house, status):
    house.sandbox.faults.add("status_after", status=status, match=POST)
    queued(house).post_next()
    assert entry(house).status is Status.UNCERTAIN
    house.run(minutes=6)
    assert len(house.sandbox.books.entries()) == 1
    assert entry(house).status is Status.LOGGED


def test_a_request_that_was_dropped_is_posted_again_after_two_looks_in_vain(house):
    house.sandbox.faults.add("drop_before", match=POST)
    queued(house).post_next()
    house.run(minutes=8)
    assert entry(house).status is Status.LOGGED
    assert entry(house).rounds == 1
    assert [a.outcome for a in house.ledger.attempts(entry(house).key)] == ["unknown"]


def test_a_request_that_is_served_late_is_found(house):
    house.sandbox.faults.add("late", ms=60_000, match=POST)
    queued(house).post_next()
    house.run(minutes=8)
    assert len(house.sandbox.books.entries()) == 1
    assert entry(house).status is Status.LOGGED


def test_after_four_rounds_in_vain_a_person_has_to_look(house):
    house.sandbox.faults.add("drop_before", times=4, match=POST)
    queued(house)
    house.run(minutes=40)
    assert entry(house).status is Status.NEEDS_ATTENTION
    (told,) = [fields for name, fields in house.telemetry.alarms if name == "needs_attention"]
    assert (told["entry"], told["status"], told["attempt"], told["rounds"]) == (draft(1).key, "needs_attention", 4, 4)


def test_an_empty_429_slows_the_throttle_down_and_is_tried_again(house):
    house.sandbox.faults.add("throttled", match=POST)
    queued(house).post_next()
    assert entry(house).status is Status.QUEUED
    assert house.throttle.state().pen_until > house.clock.now()
    house.run(minutes=1)
    assert entry(house).status is Status.LOGGED


def test_a_429_with_a_body_is_unknown(house):
    house.sandbox.faults.add("throttled_with_body", match=POST)
    queued(house).post_next()
    assert entry(house).status is Status.UNCERTAIN


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_keeps_nokos_own_words_and_is_not_retried(house, status):
    house.sandbox.faults.add("status_before", status=status, text='{"message": "no such luck"}', match=POST)
    queued(house)
    house.run(minutes=10)
    assert entry(house).status is Status.REFUSED
    assert str(status) in entry(house).reason
    assert len(house.sandbox.journal.arrivals("POST", "/entries")) == 1


def test_a_400_that_speaks_of_a_duplicate_is_looked_up(house):
    house.sandbox.faults.add("status_after", status=400, text='{"message": "Duplicate entry"}', match=POST)
    queued(house).post_next()
    assert entry(house).status is Status.UNCERTAIN
    house.run(minutes=6)
    assert entry(house).status is Status.LOGGED


def test_a_403_with_a_working_token_refuses_this_entry_alone(house):
    house.sandbox.faults.add("forbidden", match=POST)
    queued(house, draft(1), draft(2))
    house.run(minutes=2)
    assert sorted(house.statuses().values()) == ["logged", "refused"]
    assert house.throttle.state().paused_at is None


def test_a_403_with_a_token_that_does_not_work_pauses(house):
    house.sandbox.faults.add("forbidden", match=POST)
    house.sandbox.faults.add("unauthorized", match=("GET", "/current_user"))
    queued(house).post_next()
    assert entry(house).status is Status.QUEUED
    assert house.throttle.state().paused_at is not None


def test_a_refused_connection_did_not_happen(house):
    queued(house)
    house.transport.unreachable = True
    house.post_next()
    house.transport.unreachable = False
    assert entry(house).status is Status.QUEUED
    house.run(minutes=1)
    assert entry(house).status is Status.LOGGED


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_to_the_same_origin_creates_one_entry(house, status):
    location = house.sandbox.base_url + "/entries"
    house.sandbox.faults.add("redirect", status=status, location=location, match=POST)
    queued(house).post_next()
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1


def test_a_redirect_elsewhere_is_refused_and_the_token_stays(house):
    house.sandbox.faults.add("redirect", status=307, location="https://elsewhere.example/entries", match=POST)
    queued(house).post_next()
    assert entry(house).status is Status.REFUSED
    assert all("elsewhere" not in request.url for request in house.transport.requests)


def test_no_entry_is_claimed_with_too_little_time_left(house):
    queued(house)
    key = house.queue.receive_post()
    post(key, ports=house.ports, deadline=house.clock.now() + 14_000)
    assert entry(house).status is Status.QUEUED
    assert entry(house).attempt == 0
    house.run(minutes=1)
    assert entry(house).status is Status.LOGGED


def test_nothing_is_sent_under_a_lease_that_is_nearly_over(house):
    """The worker freezes after its claim and thaws when the lease has less left than a request may take."""
    queued(house)
    sleep = house.clock.sleep_until
    swap = house.ledger.swap

    def freezing_swap(before, after):
        holds = swap(before, after)
        if after.status is Status.POSTING:
            house.clock.advance(ms=30_000)
        return holds

    house.ledger.swap = freezing_swap
    house.post_next()
    house.ledger.swap, house.clock.sleep_until = swap, sleep
    assert house.sandbox.books.entries() == []
    assert entry(house).status is Status.QUEUED


def test_the_answer_of_a_worker_that_lost_its_claim_changes_nothing(house):
    """Its lease lapses while Noko is slow; the tick takes over; the late settle meets the fence."""
    queued(house)
    handle = house.sandbox.handle

    def slow_handle(request):
        answer = handle(request)
        if request.method == "POST":
            house.sandbox.handle = handle
            house.clock.advance(minutes=2)
            house.tick()
        return answer

    house.sandbox.handle = slow_handle
    house.post_next()
    assert entry(house).status is Status.UNCERTAIN
    told = {"entry": draft(1).key, "attempt": 1, "status": Status.UNCERTAIN}
    assert ("settle_lost", told) in house.telemetry.events
    house.run(minutes=6)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1


def test_a_claim_whose_answer_was_lost_is_reconciled_not_repeated(house):
    queued(house)
    swap = house.ledger.swap

    def lossy_swap(before, after):
        swap(before, after)
        house.ledger.swap = swap
        raise StoreUnavailable("the answer was lost")

    house.ledger.swap = lossy_swap
    with pytest.raises(StoreUnavailable):
        house.post_next()
    assert entry(house).status is Status.POSTING
    house.run(minutes=8)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1


def test_an_id_that_another_key_holds_is_not_believed(house):
    queued(house, draft(1), draft(2))
    house.post_next()
    held = house.sandbox.books.entries()[0].id
    house.ledger._noko_ids[held + 1] = "github:somebody"
    house.post_next()
    other = next(e for e in (entry(house, 1), entry(house, 2)) if e.status is not Status.LOGGED)
    assert other.status is Status.UNCERTAIN


def test_an_entry_keeps_the_route_it_was_stored_with(house):
    queued(house)
    house.routing = dataclasses.replace(house.routing, repositories=())
    house.run(minutes=1)
    (held,) = house.sandbox.books.entries()
    assert held.project_id == house.sandbox.books.project_named("Gear GmbH").id


def test_every_call_takes_a_slot():
    house = FakeHouse()
    queued(house, *(draft(n) for n in range(1, 8)))
    house.run(minutes=2)
    assert len(house.throttle.slots) == len(house.transport.requests)
    slots = sorted(at for at, _ in house.throttle.slots)
    assert all(later - earlier >= 501 for earlier, later in itertools.pairwise(slots))
    assert house.sandbox.limiter.rejected == 0
