"""`tallyhook resolve`: say what became of an attempt that Tallyhook could not find out about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from chalicelib.services import replay as service
from cli.move import Asking, Move, carry_out, named
from cli.parameter import NOKO_ID, json_option, yes_option

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry
    from chalicelib.noko.models import NokoEntry
    from cli.desk import Desk


@click.command(short_help="Say what became of an entry that needs attention.")
@click.argument("key", metavar="KEY|SHA")
@click.option("--is", "noko_id", type=NOKO_ID, metavar="NOKO_ID", help="It is this entry in Noko.")
@click.option("--again", is_flag=True, help="It is not in Noko: send it again.")
@yes_option
@json_option
@click.pass_obj
def resolve(
    desk: Desk,
    *,
    key: str,
    noko_id: int | None,
    again: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Say what became of an entry that needs attention, after looking in Noko: say --is, or --again.

    Look for the entry's link there. `--again` creates the entry, so be sure that Noko does not have it.
    """
    if (noko_id is None) is not again:
        raise click.UsageError("say either --is NOKO_ID or --again")
    site = desk.site()
    ports, routing = site.ports, site.routing()

    def act(key: str) -> Entry:
        if noko_id is None:
            return service.resolve_again(key, ports=ports, routing=routing)
        return service.resolve_as(key, noko_id=noko_id, ports=ports)

    if noko_id is None:
        plan = "sent to Noko again, since it is not there"
    else:
        there = ports.noko.entry(noko_id)
        if there is None:
            raise UserError(f"Noko has no entry {noko_id}")
        plan = f"taken to be Noko's entry {noko_id}, which is: {_described(there)}"
    found = named([key], ledger=ports.ledger)
    carry_out(Move("resolve", plan, act), found, desk=desk, asking=Asking(yes=yes, as_json=as_json))


def _described(there: NokoEntry) -> str:
    who = there.user.email if there.user is not None else None
    link = there.source_url or "no link"
    return f"{there.minutes} min on {there.date.isoformat()}, {who or 'nobody'}, {there.description or ''} ({link})"
