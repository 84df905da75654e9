"""`tallyhook catch-up`: have GitHub deliver again what its webhooks failed to hand over."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from chalicelib.errors import Unavailable
from chalicelib.github.redelivery import Remedy
from chalicelib.services import catch_up as service
from chalicelib.services.redelivering import What
from cli.failure import FAILED, PARTLY_DONE
from cli.moment import iso, midnight, spoken
from cli.move import confirm
from cli.noko.progress import progress
from cli.parameter import DATE, json_option, yes_option
from cli.terminal import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.services.redelivering import Round, Step, Task
    from cli.desk import Desk

_SPAN = re.compile(r"([0-9]{1,4})h")
_COLUMNS = (Column("first tried"), Column("webhook of"), Column("delivery", ratio=1), Column("last answer", right=True))

WOULD = {
    Remedy.REDELIVER: "would be asked for again",
    Remedy.READ: "too large: would be read through the API",
    Remedy.GIVE_UP: "would be given up: it fails while others succeed",
}
SAID = {
    What.ASKED: "asked for again",
    What.TAKEN_IN: "read through the API",
    What.GIVEN_UP: "given up",
    What.FAILED: "refused for now",
}
"""What became of deliveries, after a number."""


class SinceType(click.ParamType[dt.timedelta | dt.date]):
    """How far back: a number of hours (`72h`), or a date."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.timedelta | dt.date:
        """Read it, or fail with what it should look like."""
        span = _SPAN.fullmatch(value)
        if span is not None:
            return dt.timedelta(hours=int(span[1]))
        if value.endswith("h"):
            self.fail(f"{value!r} is no number of hours: write it like 72h", param, ctx)
        return DATE.convert(value, param, ctx)


@click.command("catch-up", short_help="Have GitHub deliver again what failed.")
@click.option(
    "--since",
    type=SinceType(),
    default="72h",
    show_default=True,
    metavar="SPAN",
    help="How far back to look: hours, or a date. GitHub keeps three days.",
)
@click.option("--dry-run", is_flag=True, help="Only list what would be done.")
@yes_option
@json_option
@click.pass_obj
def catch_up(desk: Desk, *, since: dt.timedelta | dt.date, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Ask GitHub to deliver again every push that none of the webhooks in the routing file handed over.

    Tallyhook does the same by itself every quarter of an hour. A push that arrived after all is logged once, however
    often it is delivered. One that is too large to be delivered is read through GitHub's API. Exit code 5 means that
    not all of it could be done; the rest is tried again by itself. SPAN is written like 72h, or YYYY-MM-DD.
    """
    site = desk.site()
    start = _start(since, now=site.ports.clock.now())
    as_json = as_json or not desk.terminal.can_draw
    if dry_run:
        look = service.preview(ports=site.ports, routing=site.routing())
        tasks = _look(desk, look, start)
        _show_tasks(desk, tasks, as_json=as_json)
        _end(look, failed=False, done=len(tasks))
        return
    with service.round_by_hand(ports=site.ports, routing=site.routing()) as work:
        tasks = _look(desk, work, start)
        if tasks and not yes:
            _show_tasks(desk, tasks, as_json=False)
            confirm(desk)
        steps, stopped = _do(desk, work, tasks, as_json=as_json)
    counts = Counter(step.what for step in steps)
    if steps:
        desk.terminal.say(", ".join(f"{counts[what]} {SAID[what]}" for what in What if counts[what]))
    if stopped is not None:
        desk.terminal.say(("broken off: ", "yellow"), f"{stopped}; the rest follows by itself")
    failed = stopped is not None or counts[What.FAILED] > 0 or counts[What.GIVEN_UP] > 0
    _end(work, failed=failed, done=counts[What.ASKED] + counts[What.TAKEN_IN])


def _start(since: dt.timedelta | dt.date, *, now: int) -> int:
    if isinstance(since, dt.timedelta):
        return now - since // dt.timedelta(milliseconds=1)
    return midnight(since)


def _look(desk: Desk, work: Round, start: int) -> Sequence[Task]:
    tasks = work.look(since=start, settled={})
    assert tasks is not None, "without a deadline nothing is left out"
    for problem in work.problems:
        desk.terminal.say(("not looked at: ", "yellow"), problem)
    if not tasks and not work.problems:
        desk.terminal.say(f"every push since {spoken(start)} was handed over")
    return tasks


def _do(desk: Desk, work: Round, tasks: Sequence[Task], *, as_json: bool) -> tuple[list[Step], Unavailable | None]:
    """Deal with each task; once GitHub is not there, the rest would fare no better and is not tried.

    It takes a second for each, since GitHub wants it so; a bar is in nobody's way but that of a table.
    """
    steps: list[Step] = []
    stopped: Unavailable | None = None
    with progress("catch up", len(tasks)) as advance:
        for task in tasks:
            try:
                step = work.deal(task)
            except Unavailable as error:
                stopped = error
                break
            assert step is not None, "without a deadline there is always time"
            steps.append(step)
            if as_json:
                desk.terminal.record(_record(task) | {"what": step.what.value, "says": step.says})
            advance(1)
    if not as_json:
        for step in steps:
            style = "green" if step.what in {What.ASKED, What.TAKEN_IN} else "yellow"
            desk.terminal.show((step.what.value, style), f"  {step.task.place}  {step.task.lost.guid}: {step.says}")
    return steps, stopped


def _show_tasks(desk: Desk, tasks: Sequence[Task], *, as_json: bool) -> None:
    if as_json:
        for task in tasks:
            desk.terminal.record(_record(task) | {"what": None, "says": WOULD[task.lost.remedy]})
    elif tasks and desk.terminal.can_draw:
        rows = [
            [spoken(task.lost.first_at), task.place, task.lost.guid, str(task.lost.latest.status_code)]
            for task in tasks
        ]
        desk.terminal.table(_COLUMNS, rows)
    counts = Counter(task.lost.remedy for task in tasks)
    for remedy in Remedy:
        if counts[remedy]:
            desk.terminal.say(
                f"{counts[remedy]} {'delivery' if counts[remedy] == 1 else 'deliveries'}: {WOULD[remedy]}"
            )


def _record(task: Task) -> dict[str, Any]:
    return {
        "hook": task.hook_id,
        "place": task.place,
        "guid": task.lost.guid,
        "first_at": iso(task.lost.first_at),
        "tries": task.lost.tries,
        "status": task.lost.latest.status_code,
    }


def _end(work: Round, *, failed: bool, done: int) -> None:
    """Leave with 5 when only a part could be done or looked at, with 1 when nothing could."""
    if work.problems or failed:
        raise click.exceptions.Exit(PARTLY_DONE if done else FAILED)
