"""Show what a run would do before it does: each entry, why some are left out, and the sums."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cli.approvals.text import entries
from cli.terminal import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.approval import Aside, Candidate
    from chalicelib.services.approving_by_hand import Plan
    from cli.desk import Desk
    from cli.terminal import Piece

SHOWN = 20
"""How many entries of a plan are listed before it is asked about."""
_ENTRIES = (
    Column("Noko id"),
    Column("date"),
    Column("min", right=True),
    Column("person", ratio=3),
    Column("project", ratio=2),
    Column("description", ratio=4),
    Column("result"),
)
_SUMS = (
    Column("person", ratio=1),
    Column("project", ratio=1),
    Column("entries", right=True),
    Column("min", right=True),
)


def show(plan: Plan, desk: Desk, *, as_json: bool) -> None:
    """Print every entry that the policy means, and the sums."""
    reasons = {each.noko_id: each for each in plan.record.aside}
    if as_json:
        for each in plan.entries:
            desk.terminal.record(_record(each, reasons.get(each.noko_id)))
    elif plan.entries:
        desk.terminal.table(_ENTRIES, [_row(each, reasons.get(each.noko_id)) for each in plan.entries])
        desk.terminal.table(_SUMS, [*_sums(_chosen(plan))])
    tell_asides(plan.record.aside, desk)
    summarise(plan, desk)


def outline(plan: Plan, desk: Desk) -> None:
    """Say in words what is about to be done."""
    chosen = _chosen(plan)
    for person, project, count, minutes in _sums(chosen):
        desk.terminal.say(f"  {person}, {project}: {entries(int(count))}, {minutes} min")
    for each in chosen[:SHOWN]:
        desk.terminal.say(f"  {each.noko_id}  {each.minutes:>4} min  {each.date.isoformat()}  {each.description}")
    if len(chosen) > SHOWN:
        desk.terminal.say(f"  and {len(chosen) - SHOWN} more")
    tell_asides(plan.record.aside, desk)
    summarise(plan, desk)


def summarise(plan: Plan, desk: Desk) -> None:
    """Say how many entries it is about, and what is wrong with the policy."""
    record, chosen = plan.record, _chosen(plan)
    desk.terminal.say(
        (f"{entries(len(chosen))}, {sum(each.minutes for each in chosen)} min in all: ", "bold"),
        f"to be approved by the policy {record.policy}, as {record.users[-1].email}",
    )
    if exceptions := len(record.aside) + record.more_aside:
        desk.terminal.say((f"{entries(exceptions)} meant that cannot be approved", "yellow"))
    if record.left_over:
        desk.terminal.say(f"the limit leaves at least {entries(record.left_over)} for the next run")
    for problem in record.problems:
        desk.terminal.say(("the policy does not fit: ", "yellow"), problem)


def tell_asides(every: Iterable[Aside], desk: Desk, *, stays: str = "is not approved") -> None:
    """Say of each entry why it is left as it is."""
    for each in every:
        desk.terminal.say((f"{each.noko_id} {stays}: ", "yellow"), each.says)


def _chosen(plan: Plan) -> list[Candidate]:
    chosen = set(plan.record.chosen)
    return [each for each in plan.entries if each.noko_id in chosen]


def _record(each: Candidate, aside: Aside | None) -> dict[str, Any]:
    return {
        "id": each.noko_id,
        "date": each.date.isoformat(),
        "minutes": each.minutes,
        "person": each.person or None,
        "project": each.project or None,
        "description": each.description,
        "result": "would be approved" if aside is None else aside.why.value,
        "reason": None if aside is None else aside.says,
    }


def _row(each: Candidate, aside: Aside | None) -> list[Piece]:
    result: Piece = ("approve", "green") if aside is None else (aside.why.replace("_", " "), "yellow")
    words: list[Piece] = [each.person, each.project, each.description]
    return [str(each.noko_id), each.date.isoformat(), str(each.minutes), *words, result]


def _sums(chosen: Iterable[Candidate]) -> Iterable[list[str]]:
    counts: Counter[tuple[str, str]] = Counter()
    minutes: Counter[tuple[str, str]] = Counter()
    for each in chosen:
        group = each.person or "nobody", each.project or "no project"
        counts[group] += 1
        minutes[group] += each.minutes
    return ([*group, str(counts[group]), str(minutes[group])] for group in sorted(counts))
