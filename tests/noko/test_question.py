"""What the client asks Noko, against the sandbox, in virtual time: pages, slots, and answers that are none."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from fakes.house import FakeHouse
from fakes.noko_call import NEW, Scripted, a_client, create, page

from chalicelib.domain.throttle import Kind as SlotKind
from chalicelib.domain.throttle import Slot, Suspended
from chalicelib.errors import AuthenticationError, ConfigurationError, NokoError, NokoUnavailable, Paused
from chalicelib.services.slot import NoSlotError
from devstack.sandbox import Kind
from devstack.sandbox.account import GEAR, JANE, SAM

T = 501


@pytest.fixture
def house():
    return FakeHouse()


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


def test_another_fragment_makes_no_other_page(house):
    transport = Scripted(house.clock, page([], '</v2/users?per_page=1000#2>; rel="next"'))
    with pytest.raises(NokoUnavailable, match="circle"):
        a_client(house, transport=transport).users()


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
