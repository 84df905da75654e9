"""`tallyhook forms rejected`: what was taken in and could not become an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from chalicelib.domain.entry import FORM
from cli.moment import iso, spoken
from cli.parameter import json_option
from cli.terminal import Column

if TYPE_CHECKING:
    from chalicelib.ports import Ports, StoredNote
    from cli.desk import Desk
    from cli.terminal import Piece

DAY_MS = 86_400_000
NOTED_DAYS = 90
"""How long the ledger keeps notes."""

_COLUMNS = (
    Column("when"),
    Column("key", ratio=2),
    Column("field", ratio=1),
    Column("answer", ratio=1),
    Column("why not, and what would be right", ratio=4),
)


@click.command(short_help="List submissions that could not become entries.")
@click.argument("form", required=False)
@json_option
@click.pass_obj
def rejected(desk: Desk, *, form: str | None, as_json: bool) -> None:
    """List what FORM, or any form, sent in the last 90 days that could not become an entry, and why.

    After mending the routing file, have the form's sender send it again. What became an entry that way is not listed.
    """
    found = unmapped(desk.site().ports, form)
    if as_json or not desk.terminal.can_draw:
        for stored in found:
            desk.terminal.record(_record(stored))
    elif found:
        desk.terminal.table(_COLUMNS, [_row(stored) for stored in found])
    count = len(found)
    desk.terminal.say(f"{count} {'submission was' if count == 1 else 'submissions were'} rejected" if count else "none")


def unmapped(ports: Ports, form: str | None = None) -> list[StoredNote]:
    """Return the notes on submissions of a form, or of all, that could not be read and are no entry, oldest first."""
    now = ports.clock.now()
    start = FORM if form is None else f"{FORM}{form}:"
    return [
        stored
        for stored in ports.ledger.form_notes(since=now - NOTED_DAYS * DAY_MS, until=now)
        if stored.note.kind == "malformed"
        and stored.note.key.startswith(start)
        and ports.ledger.entry(stored.note.key) is None
    ]


def _record(stored: StoredNote) -> dict[str, Any]:
    note = stored.note
    known = {"key": note.key, "field": note.field, "text": note.text, "reason": note.reason}
    return {**known, "noted_at": iso(stored.noted_at), "delivery": stored.delivery}


def _row(stored: StoredNote) -> list[Piece]:
    note = stored.note
    return [spoken(stored.noted_at), note.key, note.field or "", note.text or "", note.reason]
