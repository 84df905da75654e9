"""`tallyhook noko entry`: all of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.noko.entries import Entries
from cli.noko import text
from cli.noko.holder import holders
from cli.parameter import NOKO_ID, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.noko.models import NokoEntry
    from cli.desk import Desk


@click.command(short_help="Show one of Noko's entries.")
@click.argument("noko_id", type=NOKO_ID, metavar="ID")
@json_option
@click.pass_obj
def entry(desk: Desk, *, noko_id: int, as_json: bool) -> None:
    """Show the entry that Noko holds under ID, and which key it belongs to if Tallyhook logged it."""
    ports = desk.site().ports
    found = Entries(ports.noko).get(noko_id)
    if as_json:
        desk.terminal.record(found.own())
        return
    desk.terminal.show((f"{found.minutes or 0} min", "bold"), f"  {found.description or ''}")
    for name, value in _facts(found):
        desk.terminal.show(f"  {name:<12}", value)
    for holder in holders([found], ledger=ports.ledger).values():
        desk.terminal.show("  Tallyhook   ", holder)


def _facts(entry: NokoEntry) -> Iterator[tuple[str, str]]:
    approver = f" by {text.who(entry.approved_by)}" if entry.approved_by is not None else ""
    facts = {
        "Noko id": str(entry.id),
        "date": entry.date.isoformat(),
        "person": text.who(entry.user),
        "project": text.project(entry),
        "tags": " ".join(text.tags(entry)),
        "billable": "" if entry.billable is None else ("no", "yes")[entry.billable],
        "link": entry.source_url or "",
        "approved": f"{entry.approved_at}{approver}" if entry.approved_at else "",
        "invoiced": entry.invoiced_at or "",
        "created": entry.created_at or "",
        "changed": entry.updated_at or "",
    }
    yield from ((name, value) for name, value in facts.items() if value)
