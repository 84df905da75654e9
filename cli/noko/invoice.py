"""`tallyhook noko invoice`: mark entries as invoiced outside of Noko."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.noko.entries import Entries
from cli.noko.change import Asking, EntryChange, carry_out
from cli.parameter import DATE, NOKO_ID, dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    import datetime as dt

    from chalicelib.noko.models import NokoEntry
    from cli.desk import Desk


@click.command(short_help="Mark entries as invoiced outside of Noko.")
@click.argument("ids", type=NOKO_ID, nargs=-1, required=True, metavar="ID...")
@click.option("--date", type=DATE, required=True, metavar="DATE", help="The day of the invoice.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def invoice(desk: Desk, *, ids: tuple[int, ...], date: dt.date, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Mark entries as invoiced outside of Noko, a hundred in a call. An invoiced entry cannot be deleted.

    They are read back, and those that Noko ignored are asked about singly. Exit code 5: only some are marked.
    """

    def reached(entry: NokoEntry | None) -> bool:
        if entry is None or entry.invoice is not None:
            return False
        return (entry.invoiced_at or "").startswith(date.isoformat())

    ports = desk.site().ports
    entries = Entries(ports.noko)
    change = EntryChange(
        "mark as invoiced",
        "marked as invoiced",
        reached=reached,
        one=lambda number: entries.mark_invoiced(number, date=date),
        many=lambda numbers: entries.mark_many_invoiced(numbers, date=date),
    )
    carry_out(change, ids, ports=ports, desk=desk, asking=Asking(yes=yes, as_json=as_json, dry_run=dry_run))
