import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.night import REACH, due_days, opened_since

DAY_MS = 86_400_000


def instant(text):
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


def days(now, *, since="2026-06-20T12:00:00Z", timezone="Europe/Berlin"):
    due = due_days(now=instant(now), since=instant(since), timezone=timezone)
    return [day.isoformat() for day in due]


def test_a_day_is_due_at_three_in_the_morning_of_the_next_by_the_routing_files_zone():
    assert days("2026-06-30T00:59:59Z")[-1] == "2026-06-28"
    assert days("2026-06-30T01:00:00Z")[-1] == "2026-06-29"
    assert days("2026-06-30T01:00:00Z", timezone="America/New_York")[-1] == "2026-06-28"


def test_the_day_of_the_stamp_is_the_first_and_nothing_before_it():
    since = "2026-06-29T20:00:00Z"
    assert days("2026-06-29T23:00:00Z", since=since) == []
    assert days("2026-06-30T12:00:00Z", since=since) == ["2026-06-29"]
    assert days("2026-07-01T12:00:00Z", since=since) == ["2026-06-29", "2026-06-30"]


def test_a_store_that_was_stamped_today_has_no_night_behind_it():
    assert days("2026-06-29T20:01:00Z", since="2026-06-29T20:00:00Z") == []


def test_missed_nights_come_oldest_first_and_seven_at_most():
    due = days("2026-06-30T12:00:00Z", since="2020-01-01T00:00:00Z")
    assert (len(due), due[0], due[-1]) == (7, "2026-06-23", "2026-06-29")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_is_due_once_whatever_the_clocks_are_put_to(day):
    after = instant(f"{day}T12:00:00Z") + DAY_MS
    assert due_days(now=after, since=0, timezone="Europe/Berlin")[-1].isoformat() == day


@given(
    st.integers(instant("2020-01-01T00:00:00Z"), instant("2030-01-01T00:00:00Z")),
    st.integers(0, 400 * DAY_MS),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"]),
)
def test_no_day_is_due_before_it_is_over_and_none_is_skipped(now, age, timezone):
    due = due_days(now=now, since=now - age, timezone=timezone)
    assert len(due) <= REACH
    assert all(b - a == dt.timedelta(days=1) for a, b in itertools.pairwise(due))
    local = dt.datetime.fromtimestamp(now / 1000, ZoneInfo(timezone))
    assert all((local.date(), local.hour) >= (day + dt.timedelta(days=1), 3) for day in due)
    tomorrow = due_days(now=now + DAY_MS, since=now - age, timezone=timezone)
    assert set(due[-REACH + 1 :]) <= set(tomorrow)


def test_what_is_dated_a_day_was_opened_after_it_began_where_it_begins_first():
    assert opened_since(dt.date(2026, 6, 30)) == instant("2026-06-30T00:00:00+14:00")
