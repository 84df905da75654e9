"""`tallyhook noko unapprove`: take back approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.noko.entries import Entries
from cli.noko.change import Asking, EntryChange, carry_out
from cli.parameter import NOKO_ID, dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Take back the approval of entries.")
@click.argument("ids", type=NOKO_ID, nargs=-1, required=True, metavar="ID...")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def unapprove(desk: Desk, *, ids: tuple[int, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take back the approval of entries, so that they can be changed again; the token has to be a supervisor's.

    They are read back, and those that Noko ignored are asked about singly. Exit code 5: only some are unapproved.
    """
    ports = desk.site().ports
    entries = Entries(ports.noko)
    change = EntryChange(
        "unapprove",
        "unapproved",
        reached=lambda entry: entry is not None and entry.approved_at is None,
        one=entries.unapprove,
        many=entries.unapprove_many,
    )
    carry_out(change, ids, ports=ports, desk=desk, asking=Asking(yes=yes, as_json=as_json, dry_run=dry_run))
