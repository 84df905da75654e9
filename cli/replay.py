"""`tallyhook replay`: send what was held, refused or skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.domain.entry import OBSERVED, TOO_OLD
from chalicelib.domain.lifecycle import Status
from chalicelib.services import replay as service
from cli.entries import DAY_MS, READ_DAYS
from cli.move import Asking, Move, carry_out, named
from cli.parameter import json_option, yes_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Ports
    from cli.desk import Desk
    from cli.move import Lookup


@click.command(short_help="Send what was held, refused or skipped.")
@click.argument("keys", nargs=-1, metavar="[KEY|SHA]...")
@click.option("--anyway", is_flag=True, help="Also what is a copy of work that is logged, or amends it.")
@click.option("--observed", is_flag=True, help="All that was held because its repository was only observed.")
@click.option("--too-old", is_flag=True, help="All that was held for its age.")
@click.option("--refused", is_flag=True, help="All that Noko refused.")
@yes_option
@json_option
@click.pass_obj
def replay(
    desk: Desk,
    *,
    keys: tuple[str, ...],
    anyway: bool,
    observed: bool,
    too_old: bool,
    refused: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Queue entries to be sent to Noko, by the routing file of now: those named, or all of a kind.

    What has no route stays held: mend the routing file, or use `tallyhook route`. Each entry still is created
    once, however often it is replayed.
    """
    codes = {code for code, wanted in ((OBSERVED, observed), (TOO_OLD, too_old)) if wanted}
    if not (keys or codes or refused):
        raise click.UsageError("name entries, or say which: --observed, --too-old, --refused")
    site = desk.site()
    routing = site.routing()

    def act(key: str) -> Entry:
        return service.replay(key, anyway=anyway, ports=site.ports, routing=routing)

    def bar(entry: Entry) -> str | None:
        if anyway:
            return None
        if entry.status is Status.SKIPPED:
            return f"is skipped: {entry.reason}; add --anyway to log it all the same"
        return f"{entry.remark}: use `tallyhook amend`, or add --anyway to log it beside" if entry.amends else None

    def found() -> Iterator[Lookup]:
        yield from named(keys, ledger=site.ports.ledger)
        yield from _of_kind(codes, refused=refused, ports=site.ports)

    move = Move("replay", "queued, to be sent to Noko", act, bar)
    carry_out(move, found(), desk=desk, asking=Asking(yes=yes, as_json=as_json))


def _of_kind(codes: set[str], *, refused: bool, ports: Ports) -> Iterator[Entry]:
    ledger, now = ports.ledger, ports.clock.now()
    for held in ledger.held() if codes else ():
        entry = ledger.entry(held.key)
        if entry is not None and entry.status is Status.HELD and entry.reason_code in codes:
            yield entry
    if refused:
        opened = ledger.entries(since=now - READ_DAYS * DAY_MS, until=now)
        yield from (entry for entry in opened if entry.status is Status.REFUSED)
