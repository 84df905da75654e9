"""Entries as items: every entry survives the table, and only what is open has a lane."""

import datetime as dt

import pytest
from fakes.clock import START
from fakes.entry import entry
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.table import _marshal, _unmarshal
from chalicelib.domain.entry import Attempt, Author, Draft, Entry, Route
from chalicelib.domain.lifecycle import SWEPT, Status
from chalicelib.table.entry_item import attempt_from_item, attempt_sk, attempt_to_item, from_item, to_item
from chalicelib.table.layout import Layout

LAYOUT = Layout("default")
OPEN = SWEPT | {Status.HELD}
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
MAYBE = st.none() | TEXT
INSTANTS = st.integers(0, 2**53)
IDS = st.integers(1, 2**31 - 1)
DRAFTS = st.builds(
    Draft,
    key=TEXT,
    minutes=st.integers(1, 100_000),
    date=st.dates(),
    description=TEXT,
    source_url=TEXT,
    author=st.builds(Author, name=MAYBE, email=MAYBE, login=MAYBE),
    repository=TEXT,
    branch=TEXT,
    worked_at=st.integers(-(2**53), 2**53),
    project=MAYBE,
    copy_of=MAYBE,
)


@st.composite
def entries(draw):
    status = draw(st.sampled_from(Status))
    return draw(
        st.builds(
            Entry,
            key=st.one_of(TEXT.filter(bool), st.from_regex(r"\Agithub:[0-9a-f]{40}\Z")),
            status=st.just(status),
            draft=DRAFTS,
            delivery=TEXT,
            received_at=INSTANTS,
            opened_at=st.integers(0, int(dt.datetime(9999, 1, 1, tzinfo=dt.UTC).timestamp() * 1000)),
            route=st.none() | st.builds(Route, project_id=IDS, project=TEXT, user_id=IDS, person=TEXT),
            reason=MAYBE,
            reason_code=MAYBE,
            judged_by=MAYBE,
            observed=st.booleans(),
            due_at=INSTANTS if status in OPEN else st.none(),
            sent_at=st.none() | INSTANTS,
            attempt=st.integers(0, 10_000),
            token=MAYBE,
            claimed_at=st.none() | INSTANTS,
            lease_until=st.none() | INSTANTS,
            first_attempt_at=st.none() | INSTANTS,
            absent_at=st.none() | INSTANTS,
            rounds=st.integers(0, 4),
            noko_id=st.none() | IDS,
            logged_minutes=st.none() | st.integers(0, 100_000),
            changed_at=INSTANTS,
            stamp=TEXT,
        )
    )


@given(entries())
def test_every_entry_survives_the_table(written):
    assert from_item(_unmarshal(_marshal(to_item(written, LAYOUT)))) == written


@given(st.builds(Attempt, *(st.integers(0, 2**53) for _ in range(3)), outcome=TEXT, detail=MAYBE))
def test_every_attempt_survives_the_table(written):
    assert attempt_from_item(_unmarshal(_marshal(attempt_to_item("k", written, LAYOUT)))) == written


def test_attempts_sort_by_number():
    assert sorted(map(attempt_sk, (10, 9, 100, 1))) == [attempt_sk(n) for n in (1, 9, 10, 100)]


@pytest.mark.parametrize("status", Status)
def test_what_is_open_has_a_lane_and_never_expires_and_the_rest_lives_four_hundred_days(status):
    item = to_item(entry(1, status=status), LAYOUT)
    if status in OPEN | {Status.NEEDS_ATTENTION, Status.REFUSED}:
        assert item["lane"].startswith("default#")
        assert item["expires_at"] is None
    else:
        assert item["lane"] is item["due_at"] is None
        assert item["expires_at"] == START // 1000 + 400 * 86_400


def test_only_commits_are_found_by_sha():
    commit, form = (to_item(entry(1, key=key), LAYOUT) for key in ("github:abcdef", "form:timesheet:abcdef"))
    assert (commit["sha"], commit["sha_head"]) == ("abcdef", "default#sha#abcd")
    assert form["sha"] is form["sha_head"] is None
