"""`tallyhook approvals undo`: take back what one run approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.services import unapproving as service
from cli.approvals.plan import SHOWN, tell_asides
from cli.approvals.text import asides, entries
from cli.failure import PARTLY_DONE
from cli.move import confirm
from cli.noko.progress import progress
from cli.parameter import dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    from chalicelib.domain.approval import Aside
    from cli.desk import Desk

STAYS = "is left alone"


@click.command(short_help="Take back what one run approved.")
@click.argument("name", metavar="RUN")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def undo(desk: Desk, *, name: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Unapprove what one run approved, and nothing that anybody has touched since.

    An entry stays approved if somebody changed it after the run, approved it anew, or put it on an invoice; that is
    told and makes exit code 5. If it breaks off, the same again takes back the rest. RUN is its name in `runs`.
    """
    as_json = as_json or not desk.terminal.can_draw
    ports = desk.site().ports
    undoing = service.look(name, ports=ports)
    desk.terminal.say((f"{entries(len(undoing.ready))} to be unapproved", "bold"), f", as {undoing.user.email}")
    for each in undoing.ready[:SHOWN]:
        words = filter(None, (each.date.isoformat(), each.person, each.project, each.description))
        desk.terminal.say(f"  {each.noko_id}  {each.minutes:>4} min  {'  '.join(words)}")
    if len(undoing.ready) > SHOWN:
        desk.terminal.say(f"  and {len(undoing.ready) - SHOWN} more")
    if dry_run or not undoing.ready:
        ids = tuple(each.noko_id for each in undoing.ready)
        _report(ids, undoing.left, desk, done="would be unapproved", as_json=as_json)
    if not yes:
        tell_asides(undoing.left, desk, stays=STAYS)
        confirm(desk)
    with progress("unapproving", len(undoing.ready)) as watch:
        undone = service.take_back(undoing, ports=ports, watch=watch)
    ids = tuple(noko_id for noko_id in undone.unapproved if noko_id not in undoing.done)
    _report(ids, undone.left, desk, done="unapproved", as_json=as_json)


def _report(ids: tuple[int, ...], left: tuple[Aside, ...], desk: Desk, *, done: str, as_json: bool) -> None:
    if as_json:
        for noko_id in ids:
            desk.terminal.record({"id": noko_id, "result": done, "reason": None})
        for each in asides(left):
            desk.terminal.record(each)
    tell_asides(left, desk, stays=STAYS)
    desk.terminal.say(f"{entries(len(ids))} {done}, {len(left)} left alone")
    raise click.exceptions.Exit(PARTLY_DONE if left else 0)
