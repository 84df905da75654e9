"""The client against the sandbox, in virtual time: slots, pages, redirects, the guard, and what it learns."""

import datetime as dt
import itertools
import json
from dataclasses import replace

import pytest
from fakes.house import FakeHouse
from fakes.throttle import MemoryThrottle

from chalicelib.domain.outcome import Created, Refused, Throttled, Unavailable, Unknown
from chalicelib.domain.throttle import Kind as SlotKind
from chalicelib.domain.throttle import Slot, Suspended
from chalicelib.errors import (
    AuthenticationError,
    ConfigurationError,
    NokoError,
    NokoUnavailable,
    Paused,
    StoreUnavailable,
)
from chalicelib.noko.client import NokoClient
from chalicelib.noko.courier import MAX_LATE_SLOTS
from chalicelib.noko.protocol import Answer, Failure, NewEntry
from chalicelib.services.slot import NoSlotError
from devstack.sandbox import Kind
from devstack.sandbox.account import GEAR, JANE, SAM

T = 501
NEW = NewEntry(dt.date(2026, 6, 30), 45, JANE.id, GEAR.id, "Fix it", "https://github.example/c/1")


@pytest.fixture
def house():
    return FakeHouse()


def a_client(house, *, transport=None, throttle=None, allowed_hosts=frozenset()):
    return NokoClient(
        base_url=house.sandbox.base_url + "/",
        allowed_hosts=allowed_hosts,
        transport=transport or house.transport,
        throttle=throttle or house.throttle,
        clock=house.clock,
        secrets=house.secrets,
        telemetry=house.telemetry,
    )


def create(house, *, client=None, lease_in=35_000):
    """Try once to create, with a slot that was taken just now."""
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.clock.sleep_until(slot.at)
    return (client or house.noko).create(NEW, slot=slot, lease_until=house.clock.now() + lease_in)


def posts(house):
    return house.sandbox.journal.arrivals("POST", "/entries")


class Scripted:
    """A transport that asks the guard and then answers from a list."""

    def __init__(self, clock, *answers, connecting_ms=0):
        self.requests = []
        self._clock = clock
        self._answers = iter(answers)
        self._connecting_ms = connecting_ms

    def send(self, request, guard):
        self._clock.advance(ms=self._connecting_ms)
        refusal = guard()
        if refusal is not None:
            return Failure(sent=False, reason=refusal, stopped=True)
        self.requests.append(request)
        return next(self._answers)


def page(items, link=None):
    return Answer(200, {"link": link} if link else {}, json.dumps(items).encode())


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


# Reading


def log(house, count, **changes):
    plain = {"user_id": JANE.id, "date": NEW.date, "minutes": 5, "project_id": GEAR.id}
    return [house.sandbox.books.log(**{**plain, **changes}).id for _ in range(count)]


def test_a_list_of_more_than_a_page_is_read_to_its_end_each_page_with_a_slot(house):
    ids = log(house, 2_345)
    listed = house.noko.entries(updated_from=house.clock.now() - 3_600_000, user_ids=[JANE.id, SAM.id])
    assert sorted(entry.id for entry in listed) == ids
    arrivals = house.sandbox.journal.arrivals("GET", "/entries")
    assert len(arrivals) == 3
    assert all(b.at - a.at >= 2 * T for a, b in itertools.pairwise(arrivals))
    assert {dict(a.query)["per_page"] for a in arrivals} == {"1000"}


def test_a_list_is_of_the_people_and_the_time_asked_for(house):
    (mine,) = log(house, 1)
    log(house, 1, user_id=SAM.id)
    log(house, 1, at=house.clock.now() - 7_200_000)
    listed = house.noko.entries(updated_from=house.clock.now() - 3_600_999, user_ids=[JANE.id])
    assert [entry.id for entry in listed] == [mine]
    query = dict(house.sandbox.journal.arrivals("GET")[0].query)
    assert (query["updated_from"], query["user_ids"]) == ("2026-06-30T10:59:59Z", str(JANE.id))


def test_a_list_of_some_days_holds_their_entries_of_everybody_or_of_those_named(house):
    day = NEW.date
    (mine,), (his,) = log(house, 1), log(house, 1, user_id=SAM.id)
    (later,) = log(house, 1, date=day + dt.timedelta(days=1))
    log(house, 1, date=day - dt.timedelta(days=1))
    log(house, 1, date=day + dt.timedelta(days=2))
    listed = house.noko.entries_between(day, day + dt.timedelta(days=1))
    assert sorted(entry.id for entry in listed) == [mine, his, later]
    assert [entry.id for entry in house.noko.entries_between(day, day, user_ids=[SAM.id])] == [his]
    queries = [dict(arrival.query) for arrival in house.sandbox.journal.arrivals("GET")]
    assert [query.get("user_ids") for query in queries] == [None, str(SAM.id)]
    assert [kind for _, kind in house.throttle.slots] == [SlotKind.JOB] * 2


def test_a_stale_list_is_what_noko_says_and_a_second_look_sees_more(house):
    house.clock.advance(minutes=5)
    ids = log(house, 1)
    house.sandbox.faults.add(Kind.STALE, ms=60_000)
    looks = [house.noko.entries(updated_from=0, user_ids=[JANE.id]) for _ in range(2)]
    assert [[entry.id for entry in look] for look in looks] == [[], ids]


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.STATUS_BEFORE, Kind.CUT, Kind.EMPTY, Kind.NOT_JSON])
def test_a_list_whose_second_page_fails_is_no_list(house, kind):
    log(house, 1_500)
    house.sandbox.faults.add(kind, skip=1)
    with pytest.raises(NokoUnavailable):
        house.noko.entries(updated_from=0, user_ids=[JANE.id])


def test_commas_in_the_next_pages_address_do_not_cut_the_list_short(house):
    address = f"{house.sandbox.base_url}/entries?user_ids=1,2&page=2"
    entry = {"id": 1, "date": "2026-06-30", "minutes": 5}
    transport = Scripted(house.clock, page([entry], f'<{address}>; rel="next"'), page([entry | {"id": 2}]))
    listed = a_client(house, transport=transport).entries(updated_from=0, user_ids=[1, 2])
    assert [e.id for e in listed] == [1, 2]
    assert transport.requests[1].url == address


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ('</v2/users?page=2>; rel="next"', "circle"),
        ('<https://evil.example/v2/users>; rel="next"', "must not go"),
        ('<http://sandbox.example/v2/users>; rel="next"', "must not go"),
    ],
)
def test_pages_that_lead_astray_are_no_list(house, link, sentence):
    transport = Scripted(house.clock, page([], link), page([], link))
    with pytest.raises(NokoUnavailable, match=sentence):
        a_client(house, transport=transport).users()
    assert all(request.url.startswith("https://sandbox.example/") for request in transport.requests)


@pytest.mark.parametrize("body", [{"users": []}, [{"id": "x"}], [{"name": "no id"}], ["text"], [None], 7])
def test_what_is_not_a_list_of_users_is_not_believed(house, body):
    with pytest.raises(NokoUnavailable):
        a_client(house, transport=Scripted(house.clock, page(body))).users()


def test_unknown_fields_and_nulls_are_read_leniently(house):
    entry = {"id": 1, "date": "2026-06-30", "minutes": 5, "user": None, "project": None, "source_url": None, "new": {}}
    transport = Scripted(house.clock, page([entry]))
    (read,) = a_client(house, transport=transport).entries(updated_from=0, user_ids=[])
    assert (read.id, read.user, read.source_url) == (1, None, None)
    assert "user_ids" not in transport.requests[0].url


def test_users_and_projects_come_whatever_their_state(house):
    assert {user.state for user in house.noko.users()} >= {"active", "disabled", "suspended"}
    assert {project.enabled for project in house.noko.projects()} == {True, False}


def test_one_entry_is_found_or_none(house):
    (entry_id,) = log(house, 1, source_url="https://x.example")
    assert house.noko.entry(entry_id).source_url == "https://x.example"
    assert house.noko.entry(entry_id + 1) is None


def test_a_question_refused_is_nokos_error_and_a_bad_token_ours(house):
    house.sandbox.faults.add(Kind.FORBIDDEN)
    with pytest.raises(NokoError, match="403"):
        house.noko.entry(1)
    house.sandbox.faults.add(Kind.UNAUTHORIZED)
    with pytest.raises(AuthenticationError):
        house.noko.users()
    assert house.throttle.state().paused_at is not None


def test_while_paused_only_the_probe_asks(house):
    house.throttle.pause("away", now=house.clock.now())
    for question in (house.noko.users, house.noko.projects, lambda: house.noko.entry(1)):
        with pytest.raises(Paused, match="away"):
            question()
    assert house.noko.current_user().id == JANE.id
    assert len(house.transport.requests) == 1
    assert isinstance(house.throttle.reserve(SlotKind.JOB, now=house.clock.now()), Suspended)


def test_a_question_does_not_wait_for_its_slot_for_ever(house):
    house.throttle.bucket = replace(house.throttle.bucket, tat=house.clock.now() + 50_000)
    with pytest.raises(NoSlotError):
        house.noko.users()
    assert house.transport.requests == []


def test_a_question_without_a_token_says_so(house):
    house.secrets.token = None
    with pytest.raises(ConfigurationError):
        house.noko.users()


def test_the_token_stands_in_no_address_and_in_nothing_told(house):
    house.sandbox.faults.add(Kind.UNAUTHORIZED)
    create(house)
    house.throttle.resume(now=house.clock.now())
    house.noko.users()
    value = house.secrets.token.value
    told = [*house.telemetry.events, *house.telemetry.alarms, *(r.url for r in house.transport.requests)]
    assert not any(value in str(word) for word in [*told, *map(repr, house.transport.requests)])


def test_slots_are_taken_by_every_request_there_is(house):
    house.noko.current_user()
    house.noko.users()
    create(house)
    assert len(house.throttle.slots) == len(house.transport.requests) == 3
    assert isinstance(house.throttle.reserve(SlotKind.POSTING, now=house.clock.now()), Slot)
