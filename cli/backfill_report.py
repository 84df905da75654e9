"""A backfill's plan, told: what, whose, how much, and what is already there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from chalicelib.domain.entry import TOO_OLD
from cli.backfill_plan import State
from cli.terminal import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.backfill_plan import Row, Step
    from cli.desk import Desk

SHOWN = 20
"""How many commits are listed before the question."""

_STYLES = {
    State.NEW: "green",
    State.HELD: "yellow",
    State.MALFORMED: "yellow",
    State.COPY: "dim",
    State.SKIPPED: "dim",
    State.LOGGED: "dim",
    State.KNOWN: "dim",
}
_WORDS = {State.COPY: ("copy", "copies"), State.LOGGED: ("already logged",), State.KNOWN: ("already known",)}
"""What follows a number, and what follows one that is not 1, where it is not the state's own word."""
_ROWS = (
    Column("commit"),
    Column("date"),
    Column("person"),
    Column("min", right=True),
    Column("project"),
    Column("state"),
    Column("why", ratio=1),
)
_SUMS = (Column("person", ratio=1), Column("new", right=True), Column("min", right=True), Column("held", right=True))


def show_plan(desk: Desk, rows: Sequence[Row], *, every: bool, as_json: bool) -> None:
    """Print the commits, of a plan that is asked about the first that are new, and the sums of each person."""
    if as_json:
        for row in rows:
            desk.terminal.record(_record(row))
        return
    wanted = [row for row in rows if every or not row.is_there]
    shown = wanted if every else wanted[:SHOWN]
    if shown and desk.terminal.can_draw:
        desk.terminal.table(_ROWS, [_cells(row) for row in shown])
    if len(wanted) > len(shown):
        desk.terminal.say(f"and {len(wanted) - len(shown)} more; --dry-run lists all")
    sums = _sums(rows)
    if sums and desk.terminal.can_draw:
        desk.terminal.table(_SUMS, sums)


def summary(steps: Sequence[Step]) -> str:
    """Count the commits by what would become of them, and the minutes of those that would be logged."""
    rows = [row for step in steps for row in step.rows]
    counts = Counter(row.state for row in rows)
    minutes = sum(row.minutes or 0 for row in rows if row.state is State.NEW)
    told = [_counted(counts[state], state) for state in State if counts[state]]
    if counts[State.NEW]:
        told[0] += f" ({minutes} min)"
    silent = sum(step.commits for step in steps) - len(rows)
    return ", ".join([*told, f"{silent} without time"] if silent else told)


def words_on_held(desk: Desk, rows: Sequence[Row]) -> None:
    """Say why some would wait for a person, and which command logs those that are only too old."""
    held = Counter(row.code for row in rows if row.state is State.HELD)
    for code, count in sorted((code or "", count) for code, count in held.items()):
        if code == TOO_OLD:
            what = "held for their age (max_age_days); `tallyhook replay --too-old` logs what is held for that"
        else:
            what = f"held ({code.replace('_', ' ')}); `tallyhook entries --status held` tells what each waits for"
        desk.terminal.say((f"{count} would be ", "yellow"), what)


def _counted(count: int, state: State) -> str:
    words = _WORDS.get(state, (state.value,))
    return f"{count} {words[0] if count == 1 else words[-1]}"


def _sums(rows: Sequence[Row]) -> list[list[str]]:
    persons = sorted({row.person or "?" for row in rows if row.state in {State.NEW, State.HELD}})
    sums = []
    for person in persons:
        own = [row for row in rows if (row.person or "?") == person]
        new = [row.minutes or 0 for row in own if row.state is State.NEW]
        held = sum(row.state is State.HELD for row in own)
        sums.append([person, str(len(new)), str(sum(new)), str(held)])
    return sums


def _cells(row: Row) -> list[str | tuple[str, str]]:
    minutes = "" if row.minutes is None else str(row.minutes)
    state = (row.state.value, _STYLES[row.state])
    return [row.sha[:7], row.date.isoformat(), row.person or "", minutes, row.project or "", state, row.reason or ""]


def _record(row: Row) -> dict[str, Any]:
    return {
        "commit": row.sha,
        "date": row.date.isoformat(),
        "person": row.person,
        "minutes": row.minutes,
        "project": row.project,
        "state": row.state.value,
        "reason": row.reason,
        "code": row.code,
        "known": row.is_there,
    }
