"""Choose what a policy approves: list what is old enough, and set aside what cannot be, with its reason.

What is in doubt is read after the list: what shows in a list and is in no doubt afterwards, was created for certain.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import approval
from chalicelib.domain.approval import OURS, Aside, Candidate, Named, Span, Why
from chalicelib.domain.approval_record import Stage
from chalicelib.domain.entry import MAX_NOKO_ID, commit_key
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.domain.lifecycle import IN_DOUBT
from chalicelib.domain.source_url import commit_of
from chalicelib.domain.wording import quoted
from chalicelib.errors import NokoUnavailable
from chalicelib.noko.filter import EntryFilter
from chalicelib.services import directory as directories

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.domain.approval import Place
    from chalicelib.domain.approval_record import Record
    from chalicelib.domain.directory import Directory
    from chalicelib.domain.entry import Entry
    from chalicelib.domain.routing_table import Approval
    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ports

    Chosen = tuple[Record, list[Candidate]]
    """How far the choice is, and which entries were dealt with: added to it, or set aside."""


def choose(record: Record, policy: Approval, *, timezone: str, ports: Ports, deadline: int | None = None) -> Chosen:
    """Go on choosing where the record left off; its stage is `sending` when the choice is complete.

    Without a `deadline` (ms) it always is. Costs a read of the ledger for each entry that is listed and meant. Raises
    what the questions raise; then nothing was chosen.
    """
    named = _named(policy, ports=ports)
    record = replace(record, problems=named.problems)
    dates, dealt = approval.span(policy, at=record.at, timezone=timezone), list[Candidate]()
    while record.stage is Stage.CHOOSING and not _is_late(deadline, ports):
        begin = record.done_to[0] if record.done_to else dates.first
        days = record.slice_days or (dates.last - dates.first).days + 1
        part = Span(begin, min(dates.last, begin + dt.timedelta(days=days)))
        listed = _listed(part, policy, named, ports=ports, deadline=deadline)
        if listed is None:
            return replace(record, slice_days=max(1, days // 2)), dealt
        meant = [each for each in listed if approval.is_meant(each, policy, named=named, dates=dates)]
        record, more = _sift(record, part, meant, policy, ports=ports, deadline=deadline)
        dealt += more
        if not record.left_over and record.done_to != (part.last, MAX_NOKO_ID):
            return replace(record, slice_days=max(1, days // 2)), dealt
        if record.left_over or record.done_to == (dates.last, MAX_NOKO_ID):
            record = replace(record, stage=Stage.SENDING)
    return record, dealt


def candidate(entry: NokoEntry) -> Candidate:
    """Return what Noko says of an entry in the words of approvals."""
    user, project = entry.user, entry.project
    return Candidate(
        noko_id=entry.id,
        date=entry.date,
        minutes=entry.minutes or 0,
        user_id=user.id if user else None,
        person=(user.email or str(user.id)) if user else "",
        project_id=project.id if project else None,
        project=(project.name or str(project.id)) if project else "",
        is_archived=project is not None and project.enabled is False,
        tags=frozenset(approval.bare(tag.name) for tag in entry.tags or () if tag.name),
        billable=entry.billable,
        description=entry.description or "",
        source_url=entry.source_url,
        approved_at=_instant(entry.approved_at),
        approved_by=entry.approved_by.id if entry.approved_by else None,
        is_approved=entry.approved_at is not None,
        is_invoiced=entry.invoiced_at is not None,
        updated_at=_instant(entry.updated_at),
    )


def _instant(stamp: str | None) -> int | None:
    try:
        return int(dt.datetime.fromisoformat(stamp).timestamp() * 1000) if stamp else None
    except ValueError:
        return None


def _named(policy: Approval, *, ports: Ports) -> Named:
    """Look up the names; an id is taken at its word. Raises NokoUnavailable where Noko never told of any name."""
    names = [*(policy.projects or ()), *(policy.people or ())]
    directory = None
    if any(isinstance(name, str) for name in names):
        directory = directories.find(ports=ports, max_age_ms=directories.DEFINITE_MS)
        if directory is None:
            raise NokoUnavailable("Noko's users and projects are not known, and it does not answer")
    problems: list[str] = []
    projects = None if policy.projects is None else frozenset(_projects(policy.projects, directory, problems))
    people = None if policy.people is None else frozenset(_people(policy.people, directory, problems))
    return Named(projects, people, tuple(problems))


def _projects(names: Iterable[str | int], directory: Directory | None, problems: list[str]) -> Iterable[int]:
    for name in names:
        if isinstance(name, int) or directory is None:
            yield int(name)
            continue
        found = directory.projects_called(name)
        if len(found) == 1:
            yield found[0].id
        else:
            has = f"has {len(found)} projects" if found else "has no project"
            problems.append(f"Noko {has} called {quoted(name)}, so none of them is meant")


def _people(names: Iterable[str | int], directory: Directory | None, problems: list[str]) -> Iterable[int]:
    for name in names:
        if isinstance(name, int) or directory is None:
            yield int(name)
            continue
        found = directory.user(name)
        if found is not None:
            yield found.id
        else:
            problems.append(f"Noko has no user {quoted(name)}")


def _listed(
    part: Span, policy: Approval, named: Named, *, ports: Ports, deadline: int | None
) -> list[Candidate] | None:
    """List what may be meant; None when the time ran out before the last page."""
    if part.first > part.last or named.is_nothing:
        return []
    wanted = EntryFilter(
        date_from=part.first,
        date_to=part.last,
        project_ids=tuple(sorted(named.projects or ())),
        user_ids=tuple(sorted(named.people or ())),
        billable=policy.billable,
    )
    found = {}
    for entry in ports.noko.each_entry(wanted):
        if _is_late(deadline, ports):
            return None
        found[entry.id] = candidate(entry)  # one that moves between two pages may come twice
    return list(found.values())


def _sift(
    record: Record, part: Span, listed: list[Candidate], policy: Approval, *, ports: Ports, deadline: int | None
) -> Chosen:
    """Go through a part of the dates in order, as far as the limit and the time allow."""
    waiting = sorted((each for each in listed if not record.done_to or each.place > record.done_to), key=_place)
    doubts = {entry.draft.source_url: entry for entry in ports.ledger.in_doubt()} if waiting else {}
    chosen, aside, dealt = list(record.chosen), list[Aside](), list[Candidate]()
    done_to, left_over = (part.last, MAX_NOKO_ID), 0
    for number, each in enumerate(waiting):
        if len(chosen) == policy.limit:
            left_over = len(waiting) - number
            break
        if _is_late(deadline, ports):
            done_to = waiting[number - 1].place if number else record.done_to or (part.first, 0)
            break
        reason = _reason(each, doubts, policy, ports=ports)
        if isinstance(reason, Aside):
            aside.append(reason)
        elif reason:
            chosen.append(each.noko_id)
        if reason:
            dealt.append(each)
    return replace(record, done_to=done_to, chosen=tuple(chosen), left_over=left_over).set_aside(aside), dealt


def _reason(each: Candidate, doubts: Mapping[str, Entry], policy: Approval, *, ports: Ports) -> Aside | bool:
    """Tell whether an entry is to be approved, or why a policy that means it cannot have it."""
    doubt = _doubt(each, doubts, policy, ports=ports)
    if doubt is not None:
        says = f"an attempt at {doubt} may have created it, and nobody knows yet: see `tallyhook entry {doubt}`"
        return Aside(each.noko_id, Why.IN_DOUBT, says)
    if policy.scope == OURS and ports.ledger.holder_of(each.noko_id) is None:
        return False
    if each.is_archived:
        return Aside(each.noko_id, Why.ARCHIVED_PROJECT, f"its project {quoted(each.project)} is archived")
    return True


def _doubt(each: Candidate, doubts: Mapping[str, Entry], policy: Approval, *, ports: Ports) -> str | None:
    """Name the key whose attempt may have created an entry: same link, same person.

    The index of what is in doubt may be behind by a moment. An entry of ours is held by its key before it is settled,
    and for the others with a commit's link the key itself is read.
    """
    entry = doubts.get(each.source_url or "")
    commit = commit_of(each.source_url)
    if entry is None and policy.scope != OURS and commit is not None:
        entry = ports.ledger.entry(commit_key(commit.sha))
    if entry is None or entry.status not in IN_DOUBT or entry.draft.source_url != each.source_url:
        return None
    is_same = entry.route is None or entry.route.user_id == each.user_id
    return entry.key if is_same else None


def _place(each: Candidate) -> Place:
    return each.place


def _is_late(deadline: int | None, ports: Ports) -> bool:
    return deadline is not None and ports.clock.now() > deadline - MIN_REMAINING_MS
