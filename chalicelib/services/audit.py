"""Gather what the ledger and Noko hold for a day, and compare. Only reads, so it is harmless at any time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from chalicelib.domain import audit
from chalicelib.domain.audit import Booked, Evidence
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.domain.night import opened_since
from chalicelib.domain.repository_rule import repository_rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.audit import Report
    from chalicelib.domain.entry import Entry
    from chalicelib.domain.routing_table import Routing
    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ports


def entries_of(first: dt.date, last: dt.date, *, ports: Ports) -> Mapping[dt.date, Sequence[Entry]]:
    """Read the ledger's entries of work in a span of days, both ends included.

    The ledger is read from the first day on until now, since old work may come at any time: slow for a day of
    long ago.
    """
    found: dict[dt.date, list[Entry]] = defaultdict(list)
    for entry in ports.ledger.entries(since=opened_since(first), until=ports.clock.now()):
        if first <= entry.draft.date <= last:
            found[entry.draft.date].append(entry)
    return found


def look(
    day: dt.date,
    entries: Sequence[Entry],
    *,
    ports: Ports,
    routing: Routing,
    asked: dict[int, Booked | None] | None = None,
    deadline: int | None = None,
) -> Report | None:
    """Compare one day; `entries` are the ledger's for it.

    Asks Noko for its list of that day, then for each entry that is not in it. What it says of these is added to
    `asked`, and what is there already is not asked again. None when `deadline` (ms) came first. Raises what
    the questions raise.
    """
    asked = {} if asked is None else asked
    mine = tuple(entries)
    looked_at = ports.clock.now()
    listed = tuple({each.id: booked(each) for each in ports.noko.entries_between(day, day)}.values())
    for noko_id in audit.unlisted(mine, listed):
        if noko_id in asked:
            continue
        if deadline is not None and ports.clock.now() > deadline - MIN_REMAINING_MS:
            return None
        found = ports.noko.entry(noko_id)
        asked[noko_id] = booked(found) if found is not None else None
    evidence = _with_works(Evidence(mine, listed, looked_at, asked), ports=ports)
    repositories = {entry.draft.repository.lower() for entry in mine}

    def is_ours(repository: str) -> bool:
        return repository.lower() in repositories or repository_rule(routing, repository).match is not None

    return audit.compare(day, evidence, is_ours=is_ours, stamped_at=ports.stamped_at)


def _with_works(evidence: Evidence, *, ports: Ports) -> Evidence:
    """Add who holds the strangers and whose work they seem to be, read after all else: entries move on meanwhile."""
    holders: dict[int, str | None] = {}
    works: dict[int, Entry | None] = {}
    for stranger, key in audit.strangers(evidence.entries, evidence.listed):
        holders[stranger.noko_id] = ports.ledger.holder_of(stranger.noko_id)
        works[stranger.noko_id] = ports.ledger.entry(key) if key is not None else None
    return Evidence(evidence.entries, evidence.listed, evidence.looked_at, evidence.asked, holders, works)


def booked(entry: NokoEntry) -> Booked:
    """Return what Noko says of an entry in the words of the audit."""
    return Booked(
        noko_id=entry.id,
        date=entry.date,
        minutes=entry.minutes,
        user_id=entry.user.id if entry.user else None,
        person=entry.user.email if entry.user else None,
        project_id=entry.project.id if entry.project else None,
        project=entry.project.name if entry.project else None,
        description=entry.description or "",
        source_url=entry.source_url,
        created_at=_instant(entry.created_at),
    )


def _instant(stamp: str | None) -> int | None:
    """Read a timestamp of Noko's, `2026-06-30T12:00:00Z`; None for what is none."""
    try:
        return int(dt.datetime.fromisoformat(stamp).timestamp() * 1000) if stamp else None
    except ValueError:
        return None
