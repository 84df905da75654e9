"""Due instants, held against a calendar that walks through two years, a quarter of an hour at a time."""

import datetime as dt
from calendar import monthrange
from functools import cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.schedule import Schedule

STEP_MS = 900_000
"""Clocks change on quarters of an hour."""
BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
ZONES = ("Europe/Berlin", "America/New_York")
CLOCKS = ("06:00", "18:00", "02:30", "01:30", "00:00", "23:45")


def ms(moment):
    return int(moment.timestamp()) * 1000


def instant(text):
    return ms(dt.datetime.fromisoformat(text))


@cache
def walked(zone_name):
    """Walk through two years; return the first step of each local day at or after each clock."""
    zone, found = ZoneInfo(zone_name), {}
    for number in range((END - BEGIN) // dt.timedelta(milliseconds=STEP_MS)):
        local = dt.datetime.fromtimestamp((ms(BEGIN) + STEP_MS * number) / 1000, zone)
        clock = f"{local.hour:02d}:{local.minute:02d}"
        for wanted in CLOCKS:
            if clock >= wanted:
                found.setdefault((local.date(), wanted), ms(BEGIN) + STEP_MS * number)
    return found


def counted(zone, clock, is_meant):
    """Return the due instants between the first and the last day that were walked through whole."""
    days = sorted(day for day, at in walked(zone) if at == clock and is_meant(day))
    return [walked(zone)[day, clock] for day in days if BEGIN.date() < day < END.date() - dt.timedelta(days=1)]


def scheduled(when, zone):
    schedule = Schedule.parse(when, zone)
    first = ms(BEGIN + dt.timedelta(days=1, hours=12))
    return list(takewhile(lambda due: due < ms(END - dt.timedelta(days=2)), schedule.after(first)))


def is_last_working_day(day):
    last = monthrange(day.year, day.month)[1]
    return day.day == max(n for n in range(1, last + 1) if day.replace(day=n).isoweekday() <= 5)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("when", "clock", "is_meant", "least"),
    [
        ("monday 06:00", "06:00", lambda day: day.isoweekday() == 1, 103),
        ("last working day 18:00", "18:00", is_last_working_day, 23),
        ("sunday 02:30", "02:30", lambda day: day.isoweekday() == 7, 103),
        ("sunday 01:30", "01:30", lambda day: day.isoweekday() == 7, 103),
        ("day 1 00:00", "00:00", lambda day: day.day == 1, 22),
        ("saturday 23:45", "23:45", lambda day: day.isoweekday() == 6, 103),
    ],
)
def test_due_instants_are_those_of_the_calendar_right_across_both_clock_changes(zone, when, clock, is_meant, least):
    expected = [due for due in counted(zone, clock, is_meant) if ms(BEGIN) + 129_600_000 < due]
    expected = [due for due in expected if due < ms(END - dt.timedelta(days=2))]
    assert scheduled(when, zone) == expected
    assert len(expected) >= least


@pytest.mark.parametrize(
    ("zone", "when", "date", "expected"),
    [
        # the clocks go from 02:00 to 03:00: there is no 02:30
        ("Europe/Berlin", "sunday 02:30", "2026-03-29", "2026-03-29T03:00+02:00"),
        ("America/New_York", "sunday 02:30", "2026-03-08", "2026-03-08T03:00-04:00"),
        # and back: 02:30, or 01:30 in New York, comes twice
        ("Europe/Berlin", "sunday 02:30", "2026-10-25", "2026-10-25T02:30+02:00"),
        ("America/New_York", "sunday 01:30", "2026-11-01", "2026-11-01T01:30-04:00"),
        # Samoa left out the 30th of December 2011 altogether
        ("Pacific/Apia", "friday 06:00", "2011-12-30", "2011-12-31T00:00+14:00"),
    ],
)
def test_a_time_that_is_skipped_is_the_next_minute_and_one_that_comes_twice_the_first(zone, when, date, expected):
    assert Schedule.parse(when, zone).due_on(dt.date.fromisoformat(date)) == instant(expected)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("when", ["monday 06:00", "last working day 18:00", "day 31 02:30", "sunday 02:30"])
def test_the_latest_due_instant_is_the_last_one_that_has_come(zone, when):
    schedule, dues = Schedule.parse(when, zone), scheduled(when, zone)
    for before, due in pairwise(dues):
        assert schedule.latest(until=due) == due
        assert schedule.latest(until=due - 1) == before
        assert next(schedule.after(due - 1)) == due


def test_a_month_without_the_day_has_its_last_day_for_it():
    schedule = Schedule.parse("day 31 09:00", "UTC")
    dues = list(takewhile(lambda due: due < instant("2028-07-01T00:00Z"), schedule.after(instant("2028-01-01T00:00Z"))))
    days = [dt.datetime.fromtimestamp(due / 1000, dt.UTC).strftime("%m-%d") for due in dues]
    assert days == ["01-31", "02-29", "03-31", "04-30", "05-31", "06-30"]


def test_the_last_working_day_is_no_saturday_and_no_sunday():
    schedule = Schedule.parse("last working day 18:00", "UTC")
    days = [date for n in range(120) if schedule.has(date := dt.date(2026, 1, 1) + dt.timedelta(days=n))]
    assert days == [dt.date(2026, 1, 30), dt.date(2026, 2, 27), dt.date(2026, 3, 31), dt.date(2026, 4, 30)]
