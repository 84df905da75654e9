"""`tallyhook noko delete`: delete entries for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.noko.entries import Entries
from cli.noko.change import Asking, EntryChange, carry_out
from cli.parameter import NOKO_ID, dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Delete entries for good.")
@click.argument("ids", type=NOKO_ID, nargs=-1, required=True, metavar="ID...")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def delete(desk: Desk, *, ids: tuple[int, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """Delete entries from Noko for good, one call for each.

    What is approved, invoiced or on an archived project stays, and says why. An entry that Tallyhook logged is said
    to be one: its commit is not posted again. Exit code 5: only some are deleted.
    """
    ports = desk.site().ports
    change = EntryChange(
        "delete for good",
        "deleted",
        reached=lambda entry: entry is None,
        one=Entries(ports.noko).delete,
        warning="the ledger keeps it as logged and does not post it again, and the audit will list it as deleted",
    )
    carry_out(change, ids, ports=ports, desk=desk, asking=Asking(yes=yes, as_json=as_json, dry_run=dry_run))
