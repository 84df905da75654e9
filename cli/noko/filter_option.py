"""Noko's filters as options, under Noko's own names with dashes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from chalicelib.noko.filter import EntryFilter, TagFilterType
from cli.moment import midnight
from cli.parameter import DATE, INSTANT, NOKO_IDS

if TYPE_CHECKING:
    from cli.parameter import Command


class MomentType(click.ParamType[int]):
    """An instant in ISO 8601 with its offset, or a date, which means its beginning in UTC; as milliseconds."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with what it should look like."""
        try:
            return midnight(dt.date.fromisoformat(value)) if len(value) == len("2026-06-30") else _instant(value)
        except (ValueError, click.BadParameter):
            self.fail(f"{value!r} is no instant: write it like 2026-06-30T12:00:00Z, or only its date", param, ctx)


MOMENT = MomentType()
_TAG_FILTERS = {choice.value.replace(" ", "-"): choice for choice in TagFilterType}


class TagFilterOption(click.ParamType[TagFilterType]):
    """`and`, or `combination of`, also with a dash."""

    name = "tag_filter_type"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> TagFilterType:
        """Read it, or fail with both."""
        found = _TAG_FILTERS.get(value.lower().replace(" ", "-"))
        if found is None:
            self.fail(f"{value!r} is neither 'and' nor 'combination of'", param, ctx)
        return found


_OPTIONS = (
    click.option("--from", "date_from", type=DATE, metavar="DATE", help="Only work of this day or later."),
    click.option("--to", "date_to", type=DATE, metavar="DATE", help="Only work of this day or earlier."),
    click.option("--user-ids", type=NOKO_IDS, metavar="IDS", help="Only of these users."),
    click.option("--description", metavar="TEXT", help="Only with this in the description."),
    click.option("--project-ids", type=NOKO_IDS, metavar="IDS", help="Only of these projects."),
    click.option("--tag-ids", type=NOKO_IDS, metavar="IDS", help="Only with these tags."),
    click.option(
        "--tag-filter-type",
        type=TagFilterOption(),
        metavar="TYPE",
        help="`and` for all of the tags, as without it; `combination of` for one of them.",
    ),
    click.option("--invoice-ids", type=NOKO_IDS, metavar="IDS", help="Only of these invoices."),
    click.option("--import-ids", type=NOKO_IDS, metavar="IDS", help="Only of these imports."),
    click.option("--invoiced/--not-invoiced", default=None, help="Only what is invoiced, or only what is not."),
    click.option("--invoiced-at-from", type=DATE, metavar="DATE", help="Only what was invoiced then or later."),
    click.option("--invoiced-at-to", type=DATE, metavar="DATE", help="Only what was invoiced then or earlier."),
    click.option("--updated-from", type=MOMENT, metavar="INSTANT", help="Only what was changed then or later."),
    click.option("--updated-to", type=MOMENT, metavar="INSTANT", help="Only what was changed then or earlier."),
    click.option("--billable/--unbillable", default=None, help="Only what is billable, or only what is not."),
    click.option("--approved-at-from", type=DATE, metavar="DATE", help="Only what was approved then or later."),
    click.option("--approved-at-to", type=DATE, metavar="DATE", help="Only what was approved then or earlier."),
    click.option("--approved-by-ids", type=NOKO_IDS, metavar="IDS", help="Only what these users approved."),
)


def filter_options(command: Command) -> Command:
    """Add an option for each filter of Noko's list of entries."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def entry_filter(given: dict[str, Any]) -> EntryFilter:
    """Return the filter that the options ask for."""
    return EntryFilter(**{name: value for name, value in given.items() if value is not None})


def _instant(value: Any) -> int:
    return INSTANT.convert(value, None, None)
