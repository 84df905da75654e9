"""What the copy rule found of a commit, and what that makes of its entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.entry import AMENDS, Held, Route
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.work import Role

if TYPE_CHECKING:
    from chalicelib.domain.entry import Draft, Entry

COPY = "copy"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a commit is. `of` is the entry key that its `role` speaks of, and `was` the minutes of that one.

    `minutes` are those that remain to be logged, fewer than the draft's where pieces of a squash are `covered`
    by the entries with these keys. `is_squashed` tells that `of` is a squash that holds this commit's work.
    """

    role: Role
    minutes: int
    of: str | None = None
    was: int | None = None
    covered: tuple[str, ...] = ()
    is_squashed: bool = False


def own(draft: Draft) -> Finding:
    """Return the finding of a commit that is nobody's copy."""
    return Finding(Role.OWN, draft.minutes)


def remainder(draft: Draft, finding: Finding) -> Draft:
    """Return the draft of what remains to be logged; all of it when nothing does, for who wants it after all."""
    return replace(draft, minutes=finding.minutes) if finding.minutes else draft


def settled(entry: Entry, finding: Finding, verdict: Route | Held) -> Entry:
    """Return an entry as its verdict and the finding leave it: queued, held or skipped."""
    route = verdict if isinstance(verdict, Route) else verdict.route
    if (reason := skipped_because(entry.draft, finding)) is not None:
        return replace(entry, status=Status.SKIPPED, route=route, reason=reason, reason_code=COPY, due_at=None)
    if finding.covered:
        entry = replace(entry, remark=f"a squash; the rest of it is logged with {_shas(finding.covered)}")
    if finding.role is Role.AMENDS and finding.of is not None:
        entry = replace(entry, amends=finding.of, remark=_amended(entry.draft, finding))
    verdict = held_back(entry, verdict)
    if isinstance(verdict, Held):
        return replace(entry, status=Status.HELD, route=verdict.route, reason=verdict.reason, reason_code=verdict.code)
    return replace(entry, route=verdict)


def held_back(entry: Entry, verdict: Route | Held) -> Route | Held:
    """Return the verdict, or that an entry is held which amends another one, and has a route."""
    if entry.amends is None or entry.remark is None or isinstance(verdict, Held):
        return verdict
    mend = f"`tallyhook amend {entry.key}` changes the entry that is there"
    return Held(AMENDS, f"{entry.remark}; {mend}, `tallyhook replay {entry.key} --anyway` logs one more", verdict)


def skipped_because(draft: Draft, finding: Finding) -> str | None:
    """Say why a commit is not logged; None if it is. The sentence names both commits."""
    sha, of = short(draft.key), short(finding.of or "")
    if finding.role is Role.COPY:
        if finding.is_squashed:
            return f"{sha} was squashed into {of}, which logs its work"
        return f"{sha} is a copy of {of}: the same work under another SHA"
    if finding.role is Role.SUPERSEDED:
        was = "" if finding.was is None else f", {draft.minutes} → {finding.was} minutes"
        return f"{sha} was amended by {of}{was}, before it came"
    if finding.covered and not finding.minutes:
        verb = "logs" if len(finding.covered) == 1 else "log"
        return f"{sha} is a squash of {_shas(finding.covered)}, which {verb} all of its work"
    return None


def short(key: str) -> str:
    """Return what people call a commit by: the first seven digits of its SHA."""
    return key.rpartition(":")[2][:7]


def _amended(draft: Draft, finding: Finding) -> str:
    was = "" if finding.was is None else f", {finding.was} → {draft.minutes} minutes"
    return f"amends {short(finding.of or '')}{was}"


def _shas(keys: tuple[str, ...]) -> str:
    names = [short(key) for key in keys[:5]]
    return ", ".join(names) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
