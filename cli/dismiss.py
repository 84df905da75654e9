"""`tallyhook dismiss`: give entries up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.services import replay as service
from cli.move import Asking, Move, carry_out, named
from cli.parameter import json_option, yes_option

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry
    from cli.desk import Desk


@click.command(short_help="Give entries up for good.")
@click.argument("keys", nargs=-1, required=True, metavar="KEY|SHA...")
@yes_option
@json_option
@click.pass_obj
def dismiss(
    desk: Desk,
    *,
    keys: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Give up entries that are held, refused or skipped. There is no way back.

    A dismissed entry is kept, so that the same commit, pushed again, is not logged after all.
    """
    ports = desk.site().ports

    def act(key: str) -> Entry:
        return service.dismiss(key, ports=ports)

    move = Move("dismiss", "given up for good, and never logged", act)
    carry_out(move, named(keys, ledger=ports.ledger), desk=desk, asking=Asking(yes=yes, as_json=as_json))
