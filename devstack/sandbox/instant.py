"""Times as Noko writes them: dates `YYYY-MM-DD`, timestamps `YYYY-MM-DDTHH:MM:SSZ` (whole seconds, UTC).

Source: https://developer.nokotime.com/v2/, "General Schema". Instants inside are milliseconds since the epoch.
"""

from __future__ import annotations

import datetime as dt
import re

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def moment(ms: int) -> dt.datetime:
    """Return an instant as a datetime in UTC."""
    return _EPOCH + dt.timedelta(milliseconds=ms)


def midnight(date: dt.date) -> int:
    """Return the instant at which a date begins in UTC."""
    return (date - _EPOCH.date()) // dt.timedelta(milliseconds=1)


def stamp(ms: int | None) -> str | None:
    """Write an instant, cut to whole seconds; a missing one stays missing."""
    return None if ms is None else moment(ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_date(text: str) -> dt.date:
    """Read a date; raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def read_stamp(text: str) -> int:
    """Read a timestamp as an instant; raises ValueError."""
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(text)
    read = dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    return (read - _EPOCH) // dt.timedelta(milliseconds=1)
