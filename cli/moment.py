"""Instants as programs and people read them. Always UTC: a log, GitHub and Noko are compared with it."""

from __future__ import annotations

import datetime as dt

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def iso(instant: int) -> str:
    """Return an instant (ms) as `2026-06-30T12:00:00Z`, cut to whole seconds."""
    return _utc(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken(instant: int) -> str:
    """Return an instant (ms) as `2026-06-30 12:00:00 UTC`."""
    return _utc(instant).strftime("%Y-%m-%d %H:%M:%S UTC")


def distance(instant: int, *, now: int) -> str:
    """Return how far off an instant is, in its largest whole unit: `3 min ago`, `in 2 h`, `just now`."""
    seconds = abs(instant - now) // 1000
    if seconds == 0:
        return "just now"
    size, unit = next(pair for pair in _UNITS if seconds >= pair[0])
    span = f"{seconds // size} {unit}"
    return f"in {span}" if instant > now else f"{span} ago"


def midnight(date: dt.date) -> int:
    """Return the instant (ms) at which a date begins in UTC."""
    return int(dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()) * 1000


def _utc(instant: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(instant // 1000, dt.UTC)
