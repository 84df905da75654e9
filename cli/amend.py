"""`tallyhook amend`: change the entry that a rewritten commit is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.services import amending
from cli.move import Asking, Move, carry_out, named
from cli.parameter import json_option, yes_option

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry
    from cli.desk import Desk


@click.command(short_help="Change an entry whose commit was rewritten with other minutes.")
@click.argument("keys", nargs=-1, required=True, metavar="KEY|SHA...")
@yes_option
@json_option
@click.pass_obj
def amend(desk: Desk, *, keys: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Change the entries in Noko whose commits were rewritten with other minutes, as their authors wanted.

    The entries named are held, "amends 1a2b3c4, 300 → 30 minutes"; they are skipped afterwards. An entry that is
    approved or invoiced is locked in Noko and stays as it is. To log both, use `tallyhook replay KEY --anyway`.
    """
    ports = desk.site().ports

    def act(key: str) -> Entry:
        return amending.amend(key, ports=ports)

    def bar(entry: Entry) -> str | None:
        return "amends no other entry" if entry.amends is None else None

    move = Move("amend", "not logged; the entries that they amend get these minutes", act, bar)
    carry_out(move, named(keys, ledger=ports.ledger), desk=desk, asking=Asking(yes=yes, as_json=as_json))
