"""`tallyhook noko edit`: change one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from chalicelib.errors import UserError
from chalicelib.noko.entries import Entries
from chalicelib.services.approving_by_hand import check_open
from cli.move import confirm
from cli.noko import text
from cli.noko.holder import doubts, holders
from cli.noko.interruption import told_if_interrupted
from cli.parameter import DATE, NOKO_ID, dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    import datetime as dt

    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ports
    from cli.desk import Desk

MAX_MINUTES = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changes, as Noko has it and as it is asked for."""

    field: str
    before: Any
    after: Any


@click.command(short_help="Change one entry.")
@click.argument("noko_id", type=NOKO_ID, metavar="ID")
@click.option("--minutes", type=click.IntRange(0, MAX_MINUTES), required=True, help="Also where they stay as they are.")
@click.option("--date", type=DATE, metavar="DATE", help="The day of the work.")
@click.option("--description", metavar="TEXT", help="What was done; blank to take it away.")
@click.option("--project-id", type=NOKO_ID, metavar="ID", help="The id of a project.")
@click.option("--user-id", type=NOKO_ID, metavar="ID", help="The id of a user.")
@click.option("--source-url", metavar="URL", help="Where the work can be seen; blank to take it away.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def edit(
    desk: Desk,
    *,
    noko_id: int,
    minutes: int,
    date: dt.date | None,
    description: str | None,
    project_id: int | None,
    user_id: int | None,
    source_url: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Change an entry in Noko: show what it is and what it would be, ask, and do it.

    What is not named stays. Minutes have to be named each time, because Noko takes an edit without them for 0. It
    rounds them up to the project's billing increment. An approved entry cannot be edited.
    """
    ports = desk.site().ports
    entries = Entries(ports.noko)
    check_open(ports=ports)
    before = entries.get(noko_id)
    for reason in doubts([before], ledger=ports.ledger).values():
        raise UserError(f"{noko_id} stays as it is: {reason}")
    for reason in doubts([before.model_copy(update={"source_url": source_url})], ledger=ports.ledger).values():
        raise UserError(f"{noko_id} stays as it is: with that link it would be taken for another one; {reason}")
    asked = {
        "minutes": minutes,
        "date": date,
        "user_id": user_id,
        "project_id": project_id,
        "description": description,
        "source_url": source_url,
    }
    differences = _differences(before, asked)
    _show_plan(before, differences, ports=ports, desk=desk)
    if dry_run or not differences:
        _show(before, desk, as_json=as_json)
        return
    if not yes:
        confirm(desk)
    with told_if_interrupted(desk):
        after = entries.edit(
            noko_id,
            minutes=minutes,
            date=date,
            user_id=user_id,
            project_id=project_id,
            description=description,
            source_url=source_url,
        )
    if after.minutes != minutes:
        desk.terminal.say(f"Noko made {after.minutes} of the {minutes} minutes")
    _show(after, desk, as_json=as_json)


def _differences(before: NokoEntry, asked: dict[str, Any]) -> list[Difference]:
    now = {
        "minutes": before.minutes,
        "date": before.date,
        "user_id": before.user.id if before.user is not None else None,
        "project_id": before.project.id if before.project is not None else None,
        "description": before.description or "",
        "source_url": before.source_url or "",
    }
    return [Difference(f, now[f], value) for f, value in asked.items() if value is not None and value != now[f]]


def _show_plan(before: NokoEntry, differences: list[Difference], *, ports: Ports, desk: Desk) -> None:
    desk.terminal.say((f"{before.id}: ", "bold"), text.line(before))
    for each in differences:
        desk.terminal.say(f"  {each.field:<12}", (f"{each.before}", "red"), " → ", (f"{each.after}", "green"))
    if not differences:
        desk.terminal.say("  is so already: nothing to do")
        return
    for holder in holders([before], ledger=ports.ledger).values():
        kept = "the ledger keeps what it sent, and the audit will list it as changed"
        desk.terminal.say(("  mind: Tallyhook " + holder, "yellow"), f"; {kept}")


def _show(entry: NokoEntry, desk: Desk, *, as_json: bool) -> None:
    if as_json:
        desk.terminal.record(entry.own())
    else:
        desk.terminal.show(f"{entry.id}  {text.line(entry)}")
