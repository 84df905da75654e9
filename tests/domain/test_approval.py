"""Records of runs, and the agenda of policies: what is kept, and what is due by it."""

import dataclasses
import datetime as dt
import zlib

import pytest
from fakes.clock import START
from fakes.payroll import WEEKLY
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import agenda
from chalicelib.domain.agenda import Known, renewed
from chalicelib.domain.approval import Aside, Candidate, Why, span
from chalicelib.domain.approval_record import (
    MOST_ASIDE,
    Record,
    Stage,
    Undone,
    User,
    from_text,
    key_of,
    to_text,
)
from chalicelib.domain.routing_table import MOST_APPROVED

ITEM_BYTES = 400 * 1024
WEEK_MS = 7 * 86_400_000
IDS = st.integers(1, 2**31 - 1)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
INSTANTS = st.integers(0, 2**45)
ASIDES = st.lists(st.builds(Aside, IDS, st.sampled_from(Why), TEXT), max_size=5).map(tuple)
MANY = st.lists(IDS, max_size=9).map(tuple)
RECORDS = st.builds(
    Record,
    policy=TEXT,
    at=INSTANTS,
    approved_at=INSTANTS,
    by_hand=st.booleans(),
    passed_over=st.integers(0, 9),
    users=st.lists(st.builds(User, IDS, TEXT), max_size=2).map(tuple),
    stage=st.sampled_from(Stage),
    done_to=st.none() | st.tuples(st.dates(), IDS),
    slice_days=st.none() | st.integers(1, 99),
    chosen=MANY,
    sent=st.integers(0, 9),
    looks=st.integers(0, 3),
    approved=MANY,
    aside=ASIDES,
    more_aside=st.integers(0, 9),
    left_over=st.integers(0, 9),
    problems=st.lists(TEXT, max_size=2).map(tuple),
    read_back=st.none() | INSTANTS,
    stopped=st.none() | TEXT,
    failed=st.none() | TEXT,
    undone=st.none() | st.builds(Undone, INSTANTS, TEXT, MANY, ASIDES, st.booleans()),
)


@settings(max_examples=200)
@given(RECORDS)
def test_every_record_survives_being_written_down(record):
    assert from_text(to_text(record)) == record


def test_the_record_of_the_largest_run_fits_into_an_item():
    ids = tuple(1_700_000_000 + 37 * number + number * number % 31 for number in range(MOST_APPROVED))
    asides = [Aside(noko_id, Why.IN_DOUBT, f"an attempt at github:{noko_id:040x} may have") for noko_id in ids]
    left = tuple(Aside(noko_id, Why.CHANGED, "somebody has changed it since") for noko_id in ids[::2])
    undone = Undone(START, "jane@acme.example", ids[1::2], left, is_ended=True)
    record = Record("weekly", START, START, chosen=ids, sent=len(ids), approved=ids, undone=undone).set_aside(asides)
    assert (len(record.aside), record.more_aside) == (MOST_ASIDE, MOST_APPROVED - MOST_ASIDE)
    assert len(zlib.compress(to_text(record).encode())) < ITEM_BYTES / 2


@pytest.mark.parametrize(
    ("at", "by", "mine"), [(START, 1, True), (START, None, True), (START, 2, False), (START + 1000, 1, False)]
)
def test_an_approval_is_known_by_its_instant_and_its_user(at, by, mine):
    record = Record("weekly", START, START, users=(User(1, "jane@acme.example"),))
    entry = Candidate(7, dt.date(2026, 6, 30), approved_at=at, approved_by=by, is_approved=True)
    assert record.is_mine(entry) is mine


def test_the_name_of_a_run_is_its_policy_and_its_instant():
    assert key_of("weekly", START + 999, by_hand=False) == "weekly/2026-06-30T12:00:00Z"
    assert key_of("weekly", START, by_hand=True) == "weekly/by-hand/2026-06-30T12:00:00Z"


@pytest.mark.parametrize(
    ("zone", "last"), [("UTC", "2026-06-27"), ("Pacific/Kiritimati", "2026-06-28"), ("Pacific/Pago_Pago", "2026-06-27")]
)
def test_the_dates_of_a_run_count_from_today_in_the_teams_zone(zone, last):
    dates = span(WEEKLY, at=START, timezone=zone)
    assert dates.last == dt.date.fromisoformat(last)
    assert (dates.last - dates.first).days == 92 - 3


# The agenda


def known(**changes):
    return dataclasses.replace(Known("monday 06:00", "UTC", START), **changes)


def test_a_policy_is_due_from_its_first_monday_on_once_for_each():
    first = START + 5 * 86_400_000 + 18 * 3_600_000
    assert known().due(now=first - 1) is None
    assert known().due(now=first) == known().due(now=first + WEEK_MS - 1) == first
    assert known().begin(first).due(now=first + WEEK_MS - 1) is None
    assert known().begin(first).due(now=first + WEEK_MS) == first + WEEK_MS
    assert known().begin(first).passed_over == 0
    late = known().begin(first).begin(first + 4 * WEEK_MS)
    assert (late.last, late.passed_over) == (first + 4 * WEEK_MS, 3)
    assert known().begin(first + 2 * WEEK_MS).passed_over == 2


def test_what_is_due_in_the_very_moment_in_which_it_is_seen_is_due():
    monday = START + 5 * 86_400_000 + 18 * 3_600_000
    assert known(since=monday).due(now=monday) == monday
    assert known(since=monday + 1).due(now=monday + 1) is None


def test_the_agenda_follows_the_routing_file():
    monthly = dataclasses.replace(WEEKLY, name="monthly", when="day 1 09:00")
    first = renewed({}, [WEEKLY, monthly], timezone="UTC", now=1)
    assert {name: each.since for name, each in first.items()} == {"weekly": 1, "monthly": 1}
    first["weekly"] = dataclasses.replace(first["weekly"], last=5)
    same = renewed(first, [dataclasses.replace(WEEKLY, limit=3), monthly], timezone="UTC", now=9)
    assert same == first
    zone = renewed(first, [WEEKLY], timezone="Europe/Berlin", now=9)
    assert zone == {"weekly": Known("monday 06:00", "Europe/Berlin", 9, last=5)}
    back = renewed(zone, [WEEKLY, monthly], timezone="Europe/Berlin", now=12)
    assert back["monthly"].since == 12
    assert agenda.from_text(agenda.to_text(back)) == back
    assert agenda.from_text("") == {}
