"""Which nights are due: each day is audited once it is over, at three in the morning by the routing file's zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

HOUR = 3
"""No day is audited before this hour of the next one: work of the late evening has been posted by then."""
REACH = 7
"""How many days are made up for after an outage of whatever length."""
LONGEST_OFFSET = dt.timedelta(hours=14)
"""Somewhere on earth a day begins this much earlier than in UTC."""


def due_days(*, now: int, since: int, timezone: str) -> tuple[dt.date, ...]:
    """Return the days that should have been audited by now, oldest first: the last seven at most.

    The day in which the store was stamped, at `since`, is the first: nothing before it can have come from the store.
    """
    zone = ZoneInfo(timezone)
    local = dt.datetime.fromtimestamp(now / 1000, zone)
    last = local.date() - dt.timedelta(days=1 if local.hour >= HOUR else 2)
    first = max(dt.datetime.fromtimestamp(since / 1000, zone).date(), last - dt.timedelta(days=REACH - 1))
    return tuple(first + dt.timedelta(days=number) for number in range((last - first).days + 1))


def opened_since(day: dt.date) -> int:
    """Return the instant (ms) before which no entry with that date can have been opened.

    No work is dated later than its day at UTC+14, where the day begins first.
    """
    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    return int((midnight - LONGEST_OFFSET).timestamp() * 1000)
