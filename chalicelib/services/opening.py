"""Open a delivery: route its drafts, put each entry if its key is new, and send the new ones for posting.

Opening is harmless twice: every write is a put of something that has one name. So a crash anywhere is mended by
opening again, from the first draft on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.entry import Entry, Held, Note, Route, commit_key
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.repository_rule import RepositoryRule, logs_branch, repository_rule
from chalicelib.domain.routing_table import Mode
from chalicelib.domain.tag import with_tags
from chalicelib.errors import StoreUnavailable
from chalicelib.services.judging import Judge
from chalicelib.services.sending import room_for_opening

if TYPE_CHECKING:
    from chalicelib.domain.entry import Draft
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports, StoredDelivery

TRY_AGAIN_MS = 60_000


def open_delivery(key: str, *, ports: Ports, routing: Routing, deadline: int) -> None:
    """Deal with every draft and note of a delivery, or leave it for a later tick.

    `deadline` (ms) is when this invocation ends. Raises StoreUnavailable; what was put by then stays.
    """
    stored = ports.ledger.delivery(key)
    if stored is None or stored.opened_at is not None:
        return
    for note in stored.delivery.notes:
        ports.ledger.put_note(note, delivery=key, now=ports.clock.now())
    new: list[str] = []
    reason = _open_drafts(stored, new, ports=ports, routing=routing, deadline=deadline)
    _announce(new, ports=ports)
    if reason is not None:
        ports.ledger.postpone(key, until=ports.clock.now() + TRY_AGAIN_MS)
        ports.telemetry.event("delivery_postponed", delivery=key, reason=reason)
        return
    ports.ledger.mark_opened(key, now=ports.clock.now())
    ports.telemetry.event("delivery_opened", delivery=key, drafts=len(stored.delivery.drafts))


def _announce(keys: list[str], *, ports: Ports) -> None:
    """Send what was put as sent. What the queue loses, the tick finds, so this never fails."""
    try:
        ports.queue.send_entries(keys)
    except StoreUnavailable:
        ports.telemetry.event("entries_not_announced", count=len(keys))


def _open_drafts(
    stored: StoredDelivery, new: list[str], *, ports: Ports, routing: Routing, deadline: int
) -> str | None:
    """Put the drafts' entries, add the keys to be sent to `new`, and say why it is not all of the drafts."""
    drafts = stored.delivery.drafts
    if not drafts:
        return None
    judge = Judge(ports=ports, routing=routing)
    if judge.is_blind:
        return "Noko could not be asked for its people and projects"
    room = room_for_opening(ports=ports)
    reason = None
    for draft in drafts:
        if ports.clock.now() > deadline - MIN_REMAINING_MS:
            return "out of time"
        rule = repository_rule(routing, draft.repository)
        if not logs_branch(rule, draft.branch):
            text = f"branch '{draft.branch}' is not logged for {draft.repository}"
            note = Note(sha=draft.key.rpartition(":")[2], kind="skipped", reason=text)
            ports.ledger.put_note(note, delivery=stored.delivery.key, now=ports.clock.now())
            continue
        entry = _entry(draft, stored, rule=rule, judge=judge, ports=ports)
        if entry is None:
            reason = "Noko could not be asked about somebody it did not know before"
            continue
        if entry.status is Status.QUEUED and len(new) < room:
            entry = replace(entry, sent_at=entry.opened_at, due_at=entry.opened_at + ports.intervals.resend_ms)
        if ports.ledger.put_entry(entry).stamp == entry.stamp:
            ports.telemetry.event("entry_opened", entry=entry.key, status=entry.status, reason=entry.reason_code)
            if entry.sent_at is not None:
                new.append(entry.key)
    return reason


def _entry(draft: Draft, stored: StoredDelivery, *, rule: RepositoryRule, judge: Judge, ports: Ports) -> Entry | None:
    """Make the entry of a draft; None when its route cannot be judged for certain now."""
    verdict = judge.verdict(draft, received_at=stored.received_at)
    if verdict is None:
        return None
    now = ports.clock.now()
    entry = Entry(
        key=draft.key,
        status=Status.QUEUED,
        draft=replace(draft, description=with_tags(draft.description, rule.tags)),
        delivery=stored.delivery.key,
        received_at=stored.received_at,
        opened_at=now,
        changed_at=now,
        due_at=now,
        observed=rule.mode is Mode.OBSERVE,
        stamp=ports.tokens.fresh(),
    )
    if draft.copy_of is not None and ports.ledger.entry(commit_key(draft.copy_of)) is not None:
        reason = f"cherry-pick of {draft.copy_of[:7]}, whose work is in the ledger"
        route = verdict if isinstance(verdict, Route) else verdict.route
        return replace(entry, status=Status.SKIPPED, route=route, reason=reason, reason_code="copy", due_at=None)
    if isinstance(verdict, Held):
        return replace(
            entry,
            status=Status.HELD,
            route=verdict.route,
            reason=verdict.reason,
            reason_code=verdict.code,
            judged_by=judge.fingerprint,
        )
    return replace(entry, route=verdict)
