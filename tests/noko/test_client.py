"""The client against the sandbox, in virtual time: creating, the guard, redirects, and what it learns."""

import json

import pytest
from fakes.house import FakeHouse
from fakes.noko_call import NEW, Scripted, a_client, create, posts
from fakes.throttle import MemoryThrottle

from chalicelib.domain.outcome import Created, Refused, Throttled, Unavailable, Unknown
from chalicelib.domain.throttle import Kind as SlotKind
from chalicelib.errors import StoreUnavailable
from chalicelib.exchange.message import Answer, Failure
from chalicelib.noko.courier import MAX_LATE_SLOTS
from devstack.sandbox import Kind
from devstack.sandbox.account import GEAR, JANE

T = 501


@pytest.fixture
def house():
    return FakeHouse()


# Creating


def test_an_entry_is_created_with_what_noko_made_of_its_minutes(house):
    outcome = create(house)
    (entry,) = house.sandbox.books.entries()
    assert outcome == Created(entry.id, 45)
    assert (entry.user_id, entry.project_id, entry.source_url) == (JANE.id, GEAR.id, NEW.source_url)


@pytest.mark.parametrize(
    ("kind", "options", "outcome", "held"),
    [
        (Kind.DROP_BEFORE, {}, Unknown, 0),
        (Kind.DROP_AFTER, {}, Unknown, 1),
        (Kind.STATUS_BEFORE, {"status": 500}, Unknown, 0),
        (Kind.STATUS_AFTER, {"status": 502}, Unknown, 1),
        (Kind.STATUS_AFTER, {"status": 504}, Unknown, 1),
        (Kind.LATE, {"ms": 60_000}, Unknown, 0),
        (Kind.SLOW, {"ms": 13_000}, Unknown, 1),
        (Kind.SLOW, {"ms": 11_000}, Created, 1),
        (Kind.THROTTLED, {}, Throttled, 0),
        (Kind.THROTTLED_WITH_BODY, {}, Unknown, 0),
        (Kind.LOCKED, {}, Unknown, 0),
        (Kind.NOT_JSON, {}, Unknown, 1),
        (Kind.EMPTY, {}, Unknown, 1),
        (Kind.ACCEPTED, {"work": False}, Unknown, 0),
        (Kind.CUT, {}, Created, 1),
        (Kind.UNREADABLE, {}, Created, 1),
        (Kind.UNREADABLE, {"keep_location": False}, Created, 1),
        (Kind.UNAUTHORIZED, {}, Refused, 0),
        (Kind.FORBIDDEN, {}, Refused, 0),
        (Kind.STATUS_BEFORE, {"status": 400, "text": '{"message": "JSON Parsing Error"}'}, Refused, 0),
        (Kind.STATUS_BEFORE, {"status": 400, "text": '{"message": "a duplicate"}'}, Unknown, 0),
        (Kind.STATUS_BEFORE, {"status": 404}, Refused, 0),
        (Kind.STATUS_BEFORE, {"status": 422}, Refused, 0),
    ],
)
def test_whatever_goes_wrong_becomes_an_outcome_and_no_second_post(house, kind, options, outcome, held):
    house.sandbox.faults.add(kind, **options)
    assert isinstance(create(house), outcome)
    assert len(posts(house)) == 1
    assert len(house.sandbox.books.entries()) == held


def test_a_created_entry_whose_answer_was_unreadable_is_named_by_its_location(house):
    house.sandbox.faults.add(Kind.UNREADABLE)
    outcome = create(house)
    assert outcome == Created(house.sandbox.books.entries()[0].id)


def test_without_a_connection_nothing_happened(house):
    house.transport.unreachable = True
    assert create(house) == Unavailable("connection refused")
    assert posts(house) == []


def test_without_a_token_nothing_happens(house):
    house.secrets.token = None
    assert create(house) == Unavailable("no Noko token is configured")
    assert house.transport.requests == []


# The guard


def test_a_slot_that_turned_stale_is_exchanged_for_a_new_one(house):
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.clock.advance(ms=1_001)
    assert isinstance(house.noko.create(NEW, slot=slot, lease_until=house.clock.now() + 35_000), Created)
    assert len(house.throttle.slots) == 2
    assert len(posts(house)) == 1


def test_a_slot_of_just_a_second_ago_still_holds(house):
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.clock.advance(ms=1_000)
    assert isinstance(house.noko.create(NEW, slot=slot, lease_until=house.clock.now() + 35_000), Created)
    assert len(house.throttle.slots) == 1


def test_a_lease_with_twelve_seconds_left_lets_no_byte_out(house):
    assert create(house, lease_in=12_000) == Unavailable("too late to send under this lease")
    assert posts(house) == []
    assert isinstance(create(house, lease_in=12_001), Created)


def test_a_new_slot_is_not_waited_for_beyond_the_lease(house):
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.clock.advance(ms=1_500)
    house.throttle.penalise(now=house.clock.now())
    outcome = house.noko.create(NEW, slot=slot, lease_until=house.clock.now() + 14_000)
    assert isinstance(outcome, Unavailable)
    assert posts(house) == []


def test_connecting_that_is_always_too_slow_is_given_up(house):
    slow = Scripted(house.clock, connecting_ms=1_200)
    outcome = create(house, client=a_client(house, transport=slow), lease_in=10**6)
    assert outcome == Unavailable("the slot is stale")
    assert slow.requests == []
    assert len(house.throttle.slots) <= MAX_LATE_SLOTS + 1


def test_what_the_guard_stopped_says_nothing_of_noko(house):
    for _ in range(6):
        create(house, lease_in=1_000)
    assert house.throttle.state().streak == 0
    assert house.throttle.state().paused_at is None


def test_while_paused_a_stale_slot_is_not_exchanged(house):
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.clock.advance(ms=1_500)
    house.throttle.pause("away", now=house.clock.now())
    assert house.noko.create(NEW, slot=slot, lease_until=house.clock.now() + 35_000) == Unavailable("away")
    assert posts(house) == []


# Redirects


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirected_post_stays_a_post_with_its_body_and_takes_a_slot_of_its_own(house, status):
    house.sandbox.faults.add(Kind.REDIRECT, status=status)
    assert isinstance(create(house), Created)
    first, second = posts(house)
    assert first.body == second.body
    assert json.loads(second.body)["source_url"] == NEW.source_url
    assert len(house.throttle.slots) == 2
    assert second.at - first.at >= T


@pytest.mark.parametrize(
    "location", ["https://evil.example/v2/entries", "http://sandbox.example/v2/entries", "https://[broken/"]
)
def test_the_token_never_reaches_another_host(house, location):
    house.sandbox.faults.add(Kind.REDIRECT, location=location)
    assert isinstance(create(house), Refused)
    assert [request.url for request in house.transport.requests] == ["https://sandbox.example/v2/entries"]


def test_a_host_that_the_settings_name_is_followed_over_https(house):
    house.sandbox.faults.add(Kind.REDIRECT, location="https://eu.sandbox.example/v2/entries")
    client = a_client(house, allowed_hosts=frozenset({"eu.sandbox.example"}))
    assert isinstance(create(house, client=client), Created)
    assert house.transport.requests[-1].url == "https://eu.sandbox.example/v2/entries"


def test_redirects_end_after_three(house):
    house.sandbox.faults.add(Kind.REDIRECT, times=None)
    assert isinstance(create(house), Refused)
    assert len(posts(house)) == 4


def test_a_redirect_that_the_guard_stops_did_not_happen(house):
    house.sandbox.faults.add(Kind.REDIRECT)
    assert isinstance(create(house, lease_in=12_300), Unavailable)
    assert len(posts(house)) == 1


def test_a_redirect_that_gets_no_slot_did_not_happen(house):
    house.sandbox.faults.add(Kind.REDIRECT)
    house.sandbox.faults.add(Kind.UNAUTHORIZED, match=("GET", "/current_user"))
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.throttle.pause("away", now=house.clock.now())
    assert house.noko.create(NEW, slot=slot, lease_until=house.clock.now() + 35_000) == Unavailable("away")


def test_a_redirect_to_where_nobody_answers_did_not_happen(house):
    moved = Answer(307, {"location": "/v3/entries"}, b"")
    transport = Scripted(house.clock, moved, Failure(sent=False, reason="connection refused"))
    assert create(house, client=a_client(house, transport=transport)) == Unavailable("connection refused")


def test_a_redirected_question_is_followed_too(house):
    house.sandbox.faults.add(Kind.REDIRECT, match=("GET", "/users"), status=301)
    assert len(house.noko.users()) == len(house.sandbox.books.users())


# What is learnt on the way


def test_a_429_closes_the_gate_for_all_and_alarms(house):
    house.sandbox.faults.add(Kind.THROTTLED)
    create(house)
    assert house.throttle.state().pen_until == house.clock.now() + 3_000
    assert [name for name, _ in house.telemetry.alarms] == ["noko_429"]


def test_a_401_pauses_and_forgets_the_token(house):
    house.sandbox.faults.add(Kind.UNAUTHORIZED)
    assert isinstance(create(house), Refused)
    assert house.throttle.state().pause_reason == "Noko does not accept the token"
    assert house.secrets.forgotten == 1
    assert [name for name, _ in house.telemetry.alarms] == ["paused"]


@pytest.mark.parametrize("how", ["unreachable", "dropped", "failing"])
def test_five_outages_in_a_row_pause(house, how):
    house.transport.unreachable = how == "unreachable"
    if how != "unreachable":
        house.sandbox.faults.add(Kind.DROP_BEFORE if how == "dropped" else Kind.STATUS_BEFORE, times=None)
    for count in range(1, 6):
        assert house.throttle.state().paused_at is None
        create(house)
        assert house.throttle.state().streak == count
    assert house.throttle.state().pause_reason == "Noko could not be reached"


def test_one_contact_ends_a_streak(house):
    house.transport.unreachable = True
    for _ in range(4):
        create(house)
    house.transport.unreachable = False
    house.sandbox.faults.add(Kind.STATUS_BEFORE, status=404)
    create(house)
    assert house.throttle.state().streak == 0
    house.transport.unreachable = True
    create(house)
    assert house.throttle.state().paused_at is None


def test_a_healthy_exchange_costs_the_throttle_nothing(house):
    class Counting(MemoryThrottle):
        calls = 0

        def record_contact(self):
            self.calls += 1

    throttle = Counting()
    a_client(house, throttle=throttle).users()
    assert throttle.calls == 0


def test_an_answer_in_hand_is_not_lost_when_the_table_is_down(house):
    class Down(MemoryThrottle):
        def _fail(self, *_, **__):
            raise StoreUnavailable("down")

        penalise = record_outage = pause = _fail

    client = a_client(house, throttle=Down())
    house.sandbox.faults.add(Kind.THROTTLED)
    assert isinstance(create(house, client=client), Throttled)
    house.sandbox.faults.add(Kind.DROP_AFTER)
    assert isinstance(create(house, client=client), Unknown)
    house.sandbox.faults.add(Kind.UNAUTHORIZED)
    assert isinstance(create(house, client=client), Refused)
    assert house.secrets.forgotten == 1
