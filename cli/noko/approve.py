"""`tallyhook noko approve`: approve entries by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.noko.entries import Entries
from cli.noko.change import Asking, EntryChange, carry_out
from cli.noko.filter_option import MOMENT
from cli.parameter import NOKO_ID, dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Approve entries.")
@click.argument("ids", type=NOKO_ID, nargs=-1, required=True, metavar="ID...")
@click.option("--approved-at", type=MOMENT, metavar="INSTANT", help="As of then, instead of now.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def approve(
    desk: Desk, *, ids: tuple[int, ...], approved_at: int | None, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Approve entries, a hundred in a call; the token has to be a supervisor's.

    An approved entry can be neither edited nor deleted. Noko does not say which ones it ignored, so they are read
    back, and those are asked about singly. Exit code 5: some are approved, and some are not. INSTANT is written like
    2026-06-30T12:00:00Z, or as a date.
    """
    ports = desk.site().ports
    entries = Entries(ports.noko)
    change = EntryChange(
        "approve",
        "approved",
        reached=lambda entry: entry is not None and entry.approved_at is not None,
        one=lambda number: entries.approve(number, approved_at=approved_at),
        many=lambda numbers: entries.approve_many(numbers, approved_at=approved_at),
    )
    carry_out(change, ids, ports=ports, desk=desk, asking=Asking(yes=yes, as_json=as_json, dry_run=dry_run))
