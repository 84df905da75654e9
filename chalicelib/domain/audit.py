"""Compare the ledger's day with Noko's day, both directions: what is missing, doubled, changed, unknown, or open.

The ledger says which entries Noko holds; Noko says what it holds. Where the two differ, either a person did it,
which is their right and needs no alarm, or nobody knows why, which does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.entry import commit_key
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.source_url import commit_of, is_marked

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from chalicelib.domain.entry import Entry

LIST_LAG_MS = 3_600_000
"""An entry that was logged this recently may be in Noko without being in its lists yet."""


class Kind(StrEnum):
    """What sort of difference a finding is."""

    MISSING = "missing"
    DOUBLED = "doubled"
    UNKNOWN = "unknown"
    DELETED = "deleted"
    CHANGED = "changed"
    OPEN = "open"


UNEXPLAINED = (Kind.MISSING, Kind.DOUBLED, Kind.UNKNOWN)
"""The kinds that no person's doing and no waiting explains."""
_OPEN = frozenset(
    {Status.HELD, Status.QUEUED, Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION, Status.REFUSED}
)
_IN_DOUBT = frozenset({Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION})


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as Noko holds it; `person` and `project` are names for people. `created_at` is in milliseconds."""

    noko_id: int
    date: dt.date
    minutes: int | None
    user_id: int | None = None
    person: str | None = None
    project_id: int | None = None
    project: str | None = None
    description: str = ""
    source_url: str | None = None
    created_at: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: a sentence, and the entry key and Noko id it is about, as far as there are any."""

    kind: Kind
    says: str
    key: str | None = None
    noko_id: int | None = None

    @property
    def is_explained(self) -> bool:
        """Whether it needs no alarm."""
        return self.kind not in UNEXPLAINED


@dataclass(frozen=True, slots=True)
class Report:
    """What one day's audit found, the unexplained first. `compared` counts the ledger's logged entries."""

    day: dt.date
    compared: int
    findings: tuple[Finding, ...] = ()

    def count(self, kind: Kind) -> int:
        """Return how many findings are of a kind."""
        return sum(finding.kind is kind for finding in self.findings)

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        """Return the findings that need an alarm."""
        return tuple(finding for finding in self.findings if not finding.is_explained)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a comparison rests on.

    `entries` are the ledger's of the day, whatever their status; `listed` what Noko lists for it, at `looked_at`.
    `asked` says what Noko knows by their ids of entries that it does not list (None: nothing). `holders` tells
    which key holds the id of each `stranger`, and `works` which entry's work it seems to be, read last of all.
    """

    entries: tuple[Entry, ...]
    listed: tuple[Booked, ...]
    looked_at: int
    asked: Mapping[int, Booked | None] = field(default_factory=dict)
    holders: Mapping[int, str | None] = field(default_factory=dict)
    works: Mapping[int, Entry | None] = field(default_factory=dict)


def unlisted(entries: tuple[Entry, ...], listed: tuple[Booked, ...]) -> tuple[int, ...]:
    """Return the ids of logged entries that Noko does not list, to be asked for one by one."""
    there = {booked.noko_id for booked in listed}
    return tuple(sorted(e.noko_id for e in entries if e.noko_id is not None and e.noko_id not in there))


def strangers(entries: tuple[Entry, ...], listed: tuple[Booked, ...]) -> tuple[tuple[Booked, str | None], ...]:
    """Return what Noko lists with a link like ours and none of the day's entries is, and whose work it seems to be."""
    held = {entry.noko_id for entry in entries}
    keys = {entry.draft.source_url: entry.key for entry in entries}
    found = ((booked, _likely_key(booked, keys)) for booked in sorted(listed, key=lambda b: b.noko_id))
    return tuple(
        (booked, key) for booked, key in found if booked.noko_id not in held and (key or is_marked(booked.source_url))
    )


def _likely_key(booked: Booked, keys: Mapping[str, str]) -> str | None:
    if booked.source_url is not None and booked.source_url in keys:
        return keys[booked.source_url]
    commit = commit_of(booked.source_url)
    return commit_key(commit.sha) if commit else None


def compare(
    day: dt.date, evidence: Evidence, *, is_ours: Callable[[str], bool], stamped_at: int | None = None
) -> Report:
    """Say where the ledger's day and Noko's differ.

    `is_ours` tells of a repository (`owner/name`) whether work in it is logged by us. What Noko already held when
    the store was stamped, at `stamped_at`, cannot have come from it and is not unknown.
    """
    findings = [
        *_logged(day, evidence),
        *_strange(evidence, is_ours=is_ours, stamped_at=stamped_at),
        *(
            Finding(Kind.OPEN, f"{entry.status}: {entry.reason or 'it is on its way'}", entry.key)
            for entry in evidence.entries
            if entry.status in _OPEN
        ),
    ]
    order = list(Kind)
    findings.sort(key=lambda finding: (order.index(finding.kind), finding.noko_id or 0, finding.key or ""))
    compared = sum(entry.status is Status.LOGGED for entry in evidence.entries)
    return Report(day, compared, tuple(findings))


def _logged(day: dt.date, evidence: Evidence) -> Iterator[Finding]:
    listed = {booked.noko_id: booked for booked in evidence.listed}
    for entry in evidence.entries:
        if entry.status is not Status.LOGGED or entry.noko_id is None:
            continue
        booked = listed.get(entry.noko_id) or evidence.asked.get(entry.noko_id)
        if booked is None:
            yield Finding(Kind.DELETED, "Noko has it no longer: somebody deleted it", entry.key, entry.noko_id)
            continue
        is_late = evidence.looked_at - entry.changed_at < LIST_LAG_MS
        if entry.noko_id not in listed and booked.date == day and not is_late:
            says = "Noko knows it by its id, and does not list it on its day"
            yield Finding(Kind.MISSING, says, entry.key, entry.noko_id)
        changes = "; ".join(_changes(entry, booked))
        if changes:
            yield Finding(Kind.CHANGED, f"somebody changed {changes}", entry.key, entry.noko_id)


def _changes(entry: Entry, booked: Booked) -> Iterator[str]:
    """Name what differs from what was logged; minutes only if Noko said at the time what it made of them."""
    if entry.logged_minutes is not None and booked.minutes != entry.logged_minutes:
        yield f"the minutes ({entry.logged_minutes} → {booked.minutes})"
    if booked.date != entry.draft.date:
        yield f"the date ({entry.draft.date} → {booked.date})"
    if entry.route is not None and booked.user_id != entry.route.user_id:
        yield f"the person ({entry.route.person} → {booked.person or booked.user_id or 'nobody'})"
    if entry.route is not None and booked.project_id != entry.route.project_id:
        yield f"the project ({entry.route.project} → {booked.project or booked.project_id or 'none'})"
    if booked.description.split() != entry.draft.description.split():
        yield "the description"


def _strange(evidence: Evidence, *, is_ours: Callable[[str], bool], stamped_at: int | None) -> Iterator[Finding]:
    listed = {booked.noko_id: booked for booked in evidence.listed}
    seen: dict[tuple[str | None, int | None], int] = {}
    for booked, _ in strangers(evidence.entries, evidence.listed):
        work, holder = evidence.works.get(booked.noko_id), evidence.holders.get(booked.noko_id)
        if _is_held(booked, work, holder):
            continue
        first = seen.setdefault((booked.source_url, booked.user_id), booked.noko_id)
        beside = _beside(booked, work, listed) or (first if first != booked.noko_id else None)
        key = work.key if work else None
        if beside is not None:
            yield Finding(Kind.DOUBLED, f"the same link and person as Noko's entry {beside}", key, booked.noko_id)
        elif work is not None and work.status in _IN_DOUBT:
            continue  # reconciling, or a person, will say whether it is the one
        elif stamped_at is not None and booked.created_at is not None and booked.created_at < stamped_at:
            continue
        elif work is not None or _has_link_of_ours(booked, is_ours):
            says = f"it has a link like ours, and no key holds it: {booked.source_url}"
            yield Finding(Kind.UNKNOWN, says, key, booked.noko_id)


def _is_held(booked: Booked, work: Entry | None, holder: str | None) -> bool:
    """Tell whether the ledger knows this one: it is another key's, or the one that its own key has or will have."""
    if work is not None and work.noko_id == booked.noko_id:
        return True
    return holder is not None and (work is None or holder != work.key or work.noko_id is None)


def _beside(booked: Booked, work: Entry | None, listed: Mapping[int, Booked]) -> int | None:
    """Return the entry in Noko that the ledger holds for the same work and person."""
    if work is None or work.noko_id is None:
        return None
    held = listed.get(work.noko_id)
    persons = {work.route.user_id if work.route else None, held.user_id if held else None}
    return work.noko_id if booked.user_id in persons else None


def _has_link_of_ours(booked: Booked, is_ours: Callable[[str], bool]) -> bool:
    commit = commit_of(booked.source_url)
    return is_ours(commit.repository) if commit else is_marked(booked.source_url)
