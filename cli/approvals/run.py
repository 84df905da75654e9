"""`tallyhook approvals run`: all that is known of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.services.approving_by_hand import run_called
from cli.approvals.text import entries, styled, whole
from cli.parameter import json_option

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Show one run: what it approved, and what not and why.")
@click.argument("name", metavar="RUN")
@json_option
@click.pass_obj
def run(desk: Desk, *, name: str, as_json: bool) -> None:
    """Show one run: what it approved, and what not and why; whether it was taken back. RUN is its name in `runs`."""
    made = whole(run_called(name, ports=desk.site().ports))
    if as_json or not desk.terminal.can_draw:
        desk.terminal.record(made)
        return
    show = desk.terminal.show
    show((made["run"], "bold"), "  ", styled(made["state"]), f"  {', '.join(made['by'])}")
    show(f"due    {made['due'] or 'when it was asked for'}")
    late = ", made up for" if made["made_up"] else ""
    passed = made.get("passed_over", 0)
    show(f"began  {made['began']}{late}", f", and {passed} before it passed over" if passed else "")
    show(f"ended  {made['ended'] or 'not yet'}")
    show(f"{entries(made['approved'])} approved, {made['not_approved']} not, {made['left_over']} left over")
    for each in made.get("aside", ()):
        show(f"  {each['id']}  ", (each["result"].replace("_", " "), "yellow"), f"  {each['reason']}")
    for problem in made.get("problems", ()):
        show(("the policy did not fit: ", "yellow"), problem)
    if made.get("reason"):
        show(("it stopped: ", "red"), made["reason"])
    undone = made.get("undone")
    if undone is not None:
        ended = "" if undone["ended"] else ", and was broken off: do it again"
        show(f"taken back by {undone['by']} at {undone['at']}: {entries(len(undone['unapproved']))}{ended}")
        for each in undone["left"]:
            show(f"  {each['id']}  ", ("left alone", "yellow"), f"  {each['reason']}")
