"""`tallyhook noko entries`: what Noko holds, whoever logged it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from chalicelib.errors import UserError
from chalicelib.noko.entries import Entries
from cli.noko import text
from cli.noko.csv_text import csv_line
from cli.noko.filter_option import entry_filter, filter_options
from cli.parameter import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.noko.models import NokoEntry
    from cli.desk import Desk


@click.command(short_help="List Noko's entries.")
@filter_options
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print results as CSV with a head, safe to open as a spreadsheet.")
@click.pass_obj
def entries(desk: Desk, /, *, as_json: bool, as_csv: bool, **given: Any) -> None:
    """List the entries that Noko holds, the newest date first: a table on a terminal, JSON lines elsewhere.

    All filters apply together; without any, everything is listed, a thousand entries to a call. IDS are numbers with
    commas between them. DATE is written YYYY-MM-DD, INSTANT like 2026-06-30T12:00:00Z. Each JSON line is an object as
    Noko sent it. There is no filter for what is not approved: those have `"approved_at": null`.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    try:
        found = Entries(desk.site().ports.noko).list(entry_filter(given))
    except UserError as error:
        raise click.UsageError(str(error)) from None
    count, minutes = 0, 0
    for entry in _shown(found, desk, as_json=as_json, as_csv=as_csv):
        count, minutes = count + 1, minutes + (entry.minutes or 0)
    desk.terminal.say(f"{count} {'entry' if count == 1 else 'entries'}, {minutes} min" if count else "no entries")


def _shown(found: Iterator[NokoEntry], desk: Desk, *, as_json: bool, as_csv: bool) -> Iterator[NokoEntry]:
    """Print what is found, and yield it."""
    if as_csv:
        desk.terminal.show(csv_line(text.CSV_HEAD))
    elif not as_json and desk.terminal.can_draw:
        listed = list(found)
        if listed:
            desk.terminal.table(text.COLUMNS, [text.row(entry) for entry in listed])
        yield from listed
        return
    for entry in found:
        if as_csv:
            desk.terminal.show(csv_line(text.csv_cells(entry)))
        else:
            desk.terminal.record(entry.own())
        yield entry
