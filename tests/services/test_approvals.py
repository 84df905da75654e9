"""Approvals by a policy: exactly what it means, and every exception named."""

import dataclasses
import datetime as dt

import pytest
from fakes.house import FakeHouse
from fakes.payroll import (
    MONDAY,
    TODAY,
    WEEKLY,
    advance_to,
    approved,
    calls,
    doubtful,
    fill,
    log,
    on_monday,
    policies,
    reasons,
    record_of,
    run_of,
    tick,
)

from chalicelib.domain.lifecycle import Status
from chalicelib.noko.protocol import Token
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, KIM, SAM, WEBSITE

WEEK_MS = 7 * 86_400_000


@pytest.fixture
def house():
    house = FakeHouse(routing=policies(WEEKLY))
    tick(house)
    return house


# What is approved


def test_two_and_a_half_thousand_entries_are_approved_exactly_as_the_policy_says(house):
    expected = fill(house)
    assert len(house.sandbox.books.entries()) == 2_500
    advance_to(house, MONDAY)
    tick(house, seconds=600)
    record, run = record_of(house), run_of(house)
    assert approved(house) == expected.approved == set(record.approved) == set(record.chosen)
    assert reasons(record) == expected.exceptions
    assert len(expected.approved) > 1_800
    assert {key for key in expected.in_doubt.values() if any(key in each.says for each in record.aside)} == {
        *expected.in_doubt.values()
    }
    assert (record.users[0].email, run.finished_at is not None, record.is_partly) == (JANE.email, True, True)
    assert len(house.transport.requests) <= 60, calls(house)
    assert {str(kind) for _, kind in house.throttle.slots} == {"job"}


def test_a_run_is_seen_through_by_many_short_ticks(house):
    expected = fill(house)
    advance_to(house, MONDAY)
    ticks = 0
    while run_of(house) is None or run_of(house).finished_at is None:
        before = house.clock.now()
        tick(house, seconds=22)
        assert house.clock.now() <= before + 22_000
        ticks += 1
        house.clock.advance(seconds=38)
    assert ticks > 3
    assert approved(house) == expected.approved == set(record_of(house).approved)
    assert reasons(record_of(house)) == expected.exceptions
    assert len(house.transport.requests) <= 60, calls(house)


def test_what_noko_shows_is_the_start_of_the_run_or_when_it_was_due(house):
    log(house, key="github:1")
    record = on_monday(house)
    assert record.approved_at == house.sandbox.books.entry(record.approved[0]).approved_at >= MONDAY
    again = FakeHouse(routing=house.routing)
    tick(again)
    log(again, key="github:1")
    again.clock.advance(hours=1)
    advance_to(again, MONDAY + 1_234_567)
    again.routing = policies(dataclasses.replace(WEEKLY, approved_at="due"))
    tick(again)
    assert again.sandbox.books.entry(record_of(again).approved[0]).approved_at == MONDAY


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ({"projects": ("Website",)}, {"website", "unbillable"}),
        ({"projects": (WEBSITE.id, "gear gmbh"), "max_minutes": 59}, set()),
        ({"people": ("SAM@acme.example",)}, {"sam"}),
        ({"people": (SAM.id, KIM.id)}, {"sam"}),
        ({"tags": ("Dev",)}, {"tagged"}),
        ({"without_tags": ("dev*",), "max_minutes": 60}, {"plain", "sam", "old", "website", "blank", "young", "none"}),
        ({"billable": False}, {"unbillable"}),
        ({"require_description": True, "projects": (GEAR.id,)}, {"plain", "sam", "long", "old", "tagged", "young"}),
        ({"older_than_days": 20, "projects": (GEAR.id,)}, {"old"}),
        ({"lookback_days": 14, "people": (JANE.id,), "projects": (GEAR.id,)}, {"young"}),
        ({"scope": "all", "tags": ("dev",)}, {"tagged", "strange"}),
    ],
)
def test_a_policy_means_what_all_of_its_keys_ask_for(house, keys, wanted):
    rows = {
        "plain": {"days": 12},
        "sam": {"days": 12, "user": SAM},
        "website": {"days": 12, "project": WEBSITE},
        "none": {"days": 12, "project_id": None},
        "long": {"days": 12, "minutes": 700},
        "old": {"days": 80},
        "young": {"days": 2},
        "tagged": {"days": 12, "description": "Work #dev"},
        "unbillable": {"days": 12, "description": "Work #private*", "project": WEBSITE, "minutes": 75},
        "blank": {"days": 12, "description": " "},
    }
    ids = {name: log(house, key=f"github:{name}", **row) for name, row in rows.items()}
    ids["strange"] = log(house, days=12, description="theirs #dev")
    on_monday(house, **keys)
    names = {noko_id: name for name, noko_id in ids.items()}
    assert {names[noko_id] for noko_id in approved(house)} == wanted


def test_ages_count_in_days_of_the_teams_zone(house):
    first, last = (log(house, key=f"github:{days}", days=days) for days in (92 - 6, 3 - 6))
    log(house, key="github:younger", days=2 - 6)
    log(house, key="github:older", days=93 - 6)
    on_monday(house)
    assert approved(house) == {first, last}
    assert house.sandbox.books.entry(last).date == TODAY + dt.timedelta(days=3)


def test_a_name_that_noko_does_not_know_means_nothing_and_is_told(house):
    log(house, key="github:1")
    record = on_monday(house, projects=("Gear",))
    assert approved(house) == set()
    assert record.is_partly
    assert record.problems == ('Noko has no project called "Gear", so none of them is meant',)
    assert ("GET", "/entries") not in calls(house)


def test_one_wrong_name_leaves_the_others(house):
    log(house, key="github:1")
    assert len(on_monday(house, people=("jane@acme.example", "jo@acme.example")).approved) == 1
    assert record_of(house).problems == ('Noko has no user "jo@acme.example"',)


def test_the_limit_takes_the_oldest_and_says_what_is_left_for_the_next_run(house):
    ids = [log(house, days=days, key=f"github:{days}") for days in range(40, 10, -1)]
    record = on_monday(house, limit=12)
    assert approved(house) == set(ids[:12])
    assert (record.left_over, record.is_partly) == (18, False)
    advance_to(house, MONDAY + WEEK_MS)
    tick(house)
    assert record_of(house, MONDAY + WEEK_MS).chosen == tuple(ids[12:24])


# What cannot be approved


def test_an_entry_whose_creation_is_in_doubt_is_approved_by_the_run_after_it_is_settled(house):
    (noko_id,) = doubtful(house, 1, Status.UNCERTAIN)
    record = on_monday(house)
    assert (approved(house), reasons(record)) == (set(), {noko_id: "in_doubt"})
    stuck = next(iter(house.ledger.in_doubt()))
    house.ledger.swap(stuck, dataclasses.replace(stuck, status=Status.LOGGED, noko_id=noko_id, stamp="found"))
    house.ledger.take_noko_id(noko_id, stuck.key)
    advance_to(house, MONDAY + WEEK_MS)
    tick(house)
    assert approved(house) == {noko_id}


@pytest.mark.parametrize("status", [Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION])
def test_the_scope_all_leaves_what_is_in_doubt_alone_also_where_the_index_is_behind(house, status):
    found = doubtful(house, 1, status)
    house.ledger.in_doubt = list
    record = on_monday(house, scope="all")
    assert reasons(record) == dict.fromkeys(found, "in_doubt")
    assert approved(house) == set()


def test_a_project_that_is_archived_between_the_choice_and_the_call_is_told_singly(house):
    mine, theirs = log(house, key="github:1"), log(house, key="github:2", project=WEBSITE)
    before = house.transport.send

    def archiving(request, guard):
        if request.url.endswith("/entries/approved"):
            house.sandbox.books.edit_project(WEBSITE.id, enabled=False)
        return before(request, guard)

    house.transport.send = archiving
    record = on_monday(house)
    assert (approved(house), reasons(record)) == ({mine}, {theirs: "archived_project"})
    assert calls(house)["PUT", "/entries//approved"] == 1


def test_what_somebody_approves_or_deletes_meanwhile_is_no_exception_and_not_ours(house):
    ids = [log(house, key=f"github:{n}") for n in range(3)]
    before = house.transport.send

    def meddling(request, guard):
        if request.url.endswith("/entries/approved"):
            house.sandbox.books.edit(ids[0], approved_at=house.clock.now() - 5_000, approved_by=JANE.id)
            house.sandbox.books.delete(ids[1])
        return before(request, guard)

    house.transport.send = meddling
    record = on_monday(house)
    assert record.approved == (ids[2],)
    assert reasons(record) == {ids[0]: "approved_elsewhere", ids[1]: "gone"}
    assert not record.is_partly


def test_a_token_that_may_not_approve_changes_nothing_and_ends_the_run_with_an_alarm(house):
    log(house, key="github:1")
    house.secrets.token = Token(COWORKER_TOKEN)
    record = on_monday(house)
    assert approved(house) == set()
    assert "sam@acme.example, a coworker" in record.failed
    assert [name for name, _ in house.telemetry.alarms] == ["approval_failed"]
    assert calls(house) == {("GET", "/current_user"): 1}
    tick(house)
    assert len(house.transport.requests) == 1


@pytest.mark.parametrize("sent", [0, 1])
def test_a_definite_no_ends_the_run_with_an_alarm_and_what_was_done_is_known(house, sent):
    ids = [log(house, key=f"github:{number}") for number in range(150)]
    house.sandbox.faults.add("forbidden", skip=sent, times=None, match=("PUT", "/entries/approved"))
    record = on_monday(house)
    assert approved(house) == set(record.approved) == set(ids[: 100 * sent])
    assert "only supervisors approve" in (record.stopped or record.failed)
    assert reasons(record) == dict.fromkeys(ids[100:], "refused") if sent else record.aside == ()
    assert (run_of(house).finished_at is not None, record.is_partly) == (True, bool(sent))
    assert [name for name, _ in house.telemetry.alarms] == ["approval_failed"]


def test_a_bulk_call_that_did_nothing_is_found_out(house):
    ids = {log(house, key=f"github:{n}") for n in range(3)}
    house.sandbox.faults.add("status_before", status=204, match=("PUT", "/entries/approved"))
    record = on_monday(house)
    assert approved(house) == ids == set(record.approved)
    assert calls(house)["PUT", "/entries//approved"] == 3


def test_a_list_that_lags_is_looked_at_again_before_anything_is_asked_singly(house):
    for number in range(30):
        log(house, key=f"github:{number}")
    house.sandbox.switches = dataclasses.replace(house.sandbox.switches, list_lag_ms=50_000)
    advance_to(house, MONDAY)
    tick(house)
    assert run_of(house).finished_at is None
    house.clock.advance(minutes=1)
    tick(house)
    assert len(record_of(house).approved) == 30
    assert run_of(house).finished_at is not None
    assert calls(house)["PUT", "/entries//approved"] == 0
