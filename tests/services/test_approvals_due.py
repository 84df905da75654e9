"""When runs of approvals take place: each due one once, and what was missed made up for."""

import dataclasses
from collections import Counter

import pytest
from fakes.clock import START
from fakes.house import FakeHouse
from fakes.payroll import MONDAY, WEEKLY, advance_to, approved, calls, log, on_monday, policies, record_of, run_of, tick

from chalicelib.domain.approval_record import key_of
from chalicelib.domain.throttle import Kind
from chalicelib.services.approvals import AGENDA, AGENDA_KEY, KIND
from devstack.sandbox.account import JANE, OLD_SITE, SAM

WEEK_MS = 7 * 86_400_000


@pytest.fixture
def house():
    house = FakeHouse(routing=policies(WEEKLY))
    tick(house)
    return house


def test_nothing_is_made_up_for_that_was_due_before_the_policy_was_seen():
    house = FakeHouse(routing=policies(dataclasses.replace(WEEKLY, when="tuesday 13:59")))
    log(house, key="github:1")
    tick(house)
    assert house.transport.requests == []
    advance_to(house, START + WEEK_MS - 120_000)
    tick(house)
    assert house.transport.requests == []
    advance_to(house, START + WEEK_MS - 60_000)
    tick(house)
    assert len(approved(house)) == 1


def test_missed_runs_are_made_up_for_once_and_the_latest_only(house):
    noko_id = log(house, key="github:1")
    house.clock.advance(days=30)
    tick(house)
    tick(house)
    (run,) = house.ledger.runs(KIND, since=0, until=2**60)
    last = MONDAY + 3 * WEEK_MS
    assert (run.key, run.started_at) == (key_of("weekly", last, by_hand=False), START + 30 * 86_400_000)
    assert approved(house) == {noko_id}
    assert record_of(house, last).passed_over == 3


def test_a_changed_time_starts_anew_and_a_changed_choice_does_not(house):
    log(house, key="github:1")
    house.routing = policies(dataclasses.replace(WEEKLY, limit=7))
    house.clock.advance(days=5)
    house.routing = policies(dataclasses.replace(WEEKLY, limit=7, when="day 1 09:00"))
    tick(house)
    assert house.transport.requests == [], "the 1st of July came before this time was known"
    house.routing = policies(dataclasses.replace(WEEKLY, when="monday 06:00"))
    advance_to(house, MONDAY + 60_000)
    tick(house)
    assert house.transport.requests == [], "Monday, too, came before this time was known again"
    advance_to(house, MONDAY + WEEK_MS)
    tick(house)
    assert len(approved(house)) == 1


def test_nothing_runs_while_calls_are_paused_or_in_restore_mode(house):
    log(house, key="github:1")
    advance_to(house, MONDAY)
    house.throttle.pause("away", now=house.clock.now())
    tick(house)
    house.throttle.resume(now=house.clock.now())
    house.throttle.enter_restore(START, now=house.clock.now())
    tick(house)
    assert (house.transport.requests, run_of(house)) == ([], None)
    house.throttle.leave_restore(START, now=house.clock.now())
    tick(house)
    assert len(approved(house)) == 1


def test_a_pause_in_the_middle_lets_the_run_go_and_the_next_tick_goes_on(house):
    for number in range(250):
        log(house, key=f"github:{number}")
    house.sandbox.faults.add("unauthorized", skip=1, match=("PUT", "/entries/approved"))
    advance_to(house, MONDAY)
    tick(house)
    assert (record_of(house).sent, run_of(house).finished_at) == (100, None)
    assert house.throttle.state().is_closed
    house.throttle.resume(now=house.clock.now())
    house.clock.advance(minutes=1)
    tick(house)
    assert len(record_of(house).approved) == 250 == len(approved(house))
    assert calls(house)["PUT", "/entries/approved"] == 4


def test_a_run_that_was_not_ended_is_ended_before_the_next_one(house):
    early = log(house, key="github:1")
    advance_to(house, MONDAY)
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    tick(house)
    assert run_of(house).finished_at is None
    late = log(house, key="github:2", days=-6)
    advance_to(house, MONDAY + WEEK_MS)
    tick(house)
    assert (record_of(house).approved, run_of(house, MONDAY + WEEK_MS)) == ((early,), None)
    tick(house)
    assert record_of(house, MONDAY + WEEK_MS).approved == (late,)


def test_each_policy_has_its_runs(house):
    mine, theirs = log(house, key="github:1"), log(house, key="github:2", user=SAM)
    house.routing = policies(
        dataclasses.replace(WEEKLY, people=(JANE.id,)), dataclasses.replace(WEEKLY, name="sam", people=(SAM.id,))
    )
    tick(house)
    advance_to(house, MONDAY)
    tick(house)
    assert record_of(house).approved == (mine,)
    assert record_of(house, policy="sam").approved == (theirs,)


def test_without_policies_a_tick_reads_nothing_and_with_them_little():
    house, names = FakeHouse(routing=policies()), Counter()
    ledger = house.ledger

    class Counting:
        def __getattr__(self, name):
            names[name] += 1
            return getattr(ledger, name)

    house.ports = dataclasses.replace(house.ports, ledger=Counting())
    tick(house)
    assert names == {}
    house.routing = policies(WEEKLY)
    tick(house)
    names.clear()
    tick(house)
    assert names == {"run": 1}
    assert ledger.run(AGENDA, AGENDA_KEY).body


def test_the_whole_tick_approves_too(house):
    log(house, key="github:1")
    advance_to(house, MONDAY)
    house.run(minutes=2)
    assert len(record_of(house).approved) == 1
    assert ("approval_ended", {"run": run_of(house).key, "left_over": 0, "approved": 1, "aside": 0}) in (
        house.telemetry.events
    )


def test_every_slot_is_that_of_a_job(house):
    log(house, key="github:1", project=OLD_SITE)
    log(house, key="github:2")
    on_monday(house, projects=("Old Site", "Gear GmbH"))
    assert {kind for _, kind in house.throttle.slots} == {Kind.JOB}
