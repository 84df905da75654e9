"""The day of the work: an ISO date, or one in the form's own order. Never a guess which number is the month."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.sources.forms.rejection import Rejection, rejection

if TYPE_CHECKING:
    from chalicelib.sources.forms.submission import Field

LATEST_OFFSET = dt.timedelta(hours=14)
"""Somewhere on earth it is this much later than in UTC: a date is in the future only after that."""
EARLIEST = 1970

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_LOCAL = re.compile(rf"({_ISO.pattern}){_TIME}")
_OFFSET = re.compile(rf"({_ISO.pattern}){_TIME}[+-][0-9]{{2}}:?[0-9]{{2}}")
_UTC = re.compile(rf"({_ISO.pattern})[T ]([0-9]{{2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:[.,][0-9]{{1,9}})?)?Z")
_PARTS = re.compile(r"([0-9]{1,4})[./ -]+([0-9]{1,2})[./ -]+([0-9]{1,4})\.?")


def read_day(field: Field, date_format: str | None, *, timezone: str, now: int) -> dt.date | Rejection:
    """Return the date that a field says; `now` (ms) decides what lies in the future.

    Read are `YYYY-MM-DD`, the same with a time (the date in its own offset; a `Z` is brought to the time zone
    unless it is midnight, as senders write a mere date), and what `date_format` (`DD/MM/YYYY`) says.
    """
    text = ", ".join(field.values)
    date = _read(text, date_format, timezone)
    if isinstance(date, str):
        return rejection(field.name, text, date)
    if date > (_moment(now) + LATEST_OFFSET).date():
        return rejection(field.name, text, "the date is in the future; write the day on which the work was done")
    if date.year < EARLIEST:
        return rejection(field.name, text, f"the date is before {EARLIEST}; write the year in four digits")
    return date


def day_of(instant: int, timezone: str) -> dt.date:
    """Return the calendar date of an instant (ms) in a time zone."""
    return _moment(instant).astimezone(ZoneInfo(timezone)).date()


def _moment(instant: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=instant)


def _read(text: str, date_format: str | None, timezone: str) -> dt.date | str:
    """Return the date, or why it is none."""
    if utc := _UTC.fullmatch(text):
        return _of_utc(utc, timezone)
    for form in (_ISO, _LOCAL, _OFFSET):
        if form.fullmatch(text):
            return _checked(*map(int, text[:10].split("-")))
    parts = _PARTS.fullmatch(text)
    if date_format is None:
        if parts is None:
            return "no date; write YYYY-MM-DD"
        return 'which number is the day, and which the month? write YYYY-MM-DD, or set date_format = "DD/MM/YYYY"'
    if parts is None:
        return f"no date; write {date_format} or YYYY-MM-DD"
    order = [letters[0] for letters in re.findall(r"Y+|M+|D+", date_format)]
    numbers = dict(zip(order, parts.groups(), strict=True))
    if len(numbers["Y"]) != 4 or len(numbers["M"]) > 2 or len(numbers["D"]) > 2:
        return f"no date; write {date_format} or YYYY-MM-DD"
    return _checked(int(numbers["Y"]), int(numbers["M"]), int(numbers["D"]))


def _of_utc(found: re.Match[str], timezone: str) -> dt.date | str:
    date = _checked(*map(int, found[1].split("-")))
    hour, minute, second = (int(part or 0) for part in found.groups()[4:7])
    if isinstance(date, str) or not (hour or minute or second):
        return date
    try:
        moment = dt.datetime(date.year, date.month, date.day, hour, minute, tzinfo=dt.UTC)
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (ValueError, OverflowError):
        return "no such time of day; write YYYY-MM-DD"


def _checked(year: int, month: int, day: int) -> dt.date | str:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return "there is no such day; write YYYY-MM-DD"
