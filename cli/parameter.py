"""What several commands take: dates, ids, and the options that mean the same everywhere."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import click

from chalicelib.domain.entry import MAX_NOKO_ID

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,10}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


class DateType(click.ParamType[dt.date]):
    """A calendar date, `YYYY-MM-DD`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read it, or fail with what it should look like."""
        # Other Python versions read other forms, so the form is checked first.
        try:
            date = dt.date.fromisoformat(value) if _DATE.fullmatch(value) else None
        except ValueError:
            date = None
        if date is None:
            self.fail(f"{value!r} is no date: write it like 2026-06-30", param, ctx)
        return date


class NokoIdType(click.ParamType[int]):
    """The id of something in Noko."""

    name = "noko_id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with its range."""
        if _NUMBER.fullmatch(value) is None or not 1 <= int(value) <= MAX_NOKO_ID:
            self.fail(f"{value!r} is no Noko id: those are numbers from 1 to {MAX_NOKO_ID}", param, ctx)
        return int(value)


class InstantType(click.ParamType[int]):
    """An instant in ISO 8601 with its offset, as milliseconds since the epoch."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with what it should look like."""
        if isinstance(value, int):
            return value
        try:
            moment = dt.datetime.fromisoformat(value) if _INSTANT.fullmatch(value) else None
        except ValueError:
            moment = None
        if moment is None:
            self.fail(f"{value!r} is no instant: write it like 2026-06-30T12:00:00Z", param, ctx)
        return int(moment.timestamp() * 1000)


class NokoIdsType(click.ParamType[tuple[int, ...]]):
    """Ids of things in Noko, separated by commas."""

    name = "noko_ids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Read them, each once, or fail with the range of one."""
        if isinstance(value, tuple):
            return value
        return tuple(dict.fromkeys(NOKO_ID.convert(word.strip(), param, ctx) for word in value.split(",")))


DATE = DateType()
INSTANT = InstantType()
NOKO_ID = NokoIdType()
NOKO_IDS = NokoIdsType()

Command = Any
"""What Click decorates."""


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print results as JSON, one line each.")(command)


def yes_option(command: Command) -> Command:
    """Add `--yes`."""
    return click.option("--yes", is_flag=True, help="Do it without asking.")(command)


def dry_run_option(command: Command) -> Command:
    """Add `--dry-run`."""
    return click.option("--dry-run", is_flag=True, help="Only show what it would do.")(command)
