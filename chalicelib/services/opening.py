"""Open a delivery: route its drafts, put each entry if its key is new, and send the new ones for posting.

Opening is harmless twice: every write is a put of something that has one name. So a crash anywhere is mended by
opening again, from the first draft on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.entry import Entry, commit_key
from chalicelib.domain.finding import Finding, own, remainder, settled
from chalicelib.domain.form_rule import rule_for
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Mode
from chalicelib.domain.work import Role
from chalicelib.errors import StoreUnavailable
from chalicelib.services import directory as directories
from chalicelib.services import feedback, first_look, sending
from chalicelib.services.copies import Copies
from chalicelib.services.facts import Facts
from chalicelib.services.judging import Judge
from chalicelib.services.sifting import knows_copies, sift

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.entry import Draft
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports, StoredDelivery

TRY_AGAIN_MS = 60_000
PROMPT_MS = 30_000
"""What is opened later than this after it came is not posted by the way: others wait to be opened behind it."""


def open_delivery(
    key: str, *, ports: Ports, routing: Routing, deadline: int, post: Callable[[Entry], None] | None = None
) -> None:
    """Deal with every draft and note of a delivery, or leave it for a later tick.

    `deadline` (ms) is when this invocation ends. `post` posts a queued entry: one that is alone in a delivery just
    received is given to it, last of all, instead of being sent. Raises StoreUnavailable and what `post` raises; what
    was put by then stays.
    """
    stored = ports.ledger.delivery(key)
    if stored is None or stored.opened_at is not None:
        return
    for note in stored.delivery.notes:
        ports.ledger.put_note(note, delivery=key, now=ports.clock.now())
    is_prompt = ports.clock.now() - stored.received_at <= PROMPT_MS
    alone = post if is_prompt and len(stored.delivery.drafts) == 1 else None
    new: list[Entry] = []
    reason = _open_drafts(stored, new, is_alone=alone is not None, ports=ports, routing=routing, deadline=deadline)
    if alone is None:
        _announce([entry.key for entry in new], ports=ports)
    if reason is not None:
        ports.ledger.postpone(key, until=ports.clock.now() + TRY_AGAIN_MS)
        ports.telemetry.event("delivery_postponed", delivery=key, reason=reason)
        return
    first_look.ask(stored.delivery, ports=ports)
    feedback.want(stored, ports=ports, routing=routing)
    ports.ledger.mark_opened(key, now=ports.clock.now())
    ports.telemetry.event("delivery_opened", delivery=key, drafts=len(stored.delivery.drafts))
    if alone is not None:
        for entry in new:
            alone(entry)


def _announce(keys: list[str], *, ports: Ports) -> None:
    """Send what was put as sent. What the queue loses, the tick finds, so this never fails."""
    if keys:
        sending.use_room(len(keys), ports=ports)
    try:
        ports.queue.send_entries(keys)
    except StoreUnavailable:
        ports.telemetry.event("entries_not_announced", count=len(keys))


def _open_drafts(
    stored: StoredDelivery, new: list[Entry], *, is_alone: bool, ports: Ports, routing: Routing, deadline: int
) -> str | None:
    """Put the drafts' entries, add those to be sent to `new`, and say why it is not all of the drafts."""
    drafts = stored.delivery.drafts
    if not drafts:
        return None
    judge = Judge(ports=ports, routing=routing, find=directories.recall)
    if judge.is_blind:
        return "Noko could not be asked for its people and projects"
    facts = Facts(len(drafts), ports=ports, deadline=deadline)
    arrival = stored.delivery.arrival
    kept, notes = sift(drafts, arrival=arrival, routing=routing, facts=facts)
    for note in notes:
        ports.ledger.put_note(note, delivery=stored.delivery.key, now=ports.clock.now())
    copies = None
    if arrival is not None:
        judged = [draft for draft in kept if knows_copies(rule_for(draft, routing))]
        copies = Copies(
            judged, arrival=arrival, received_at=stored.received_at, routing=routing, facts=facts, ports=ports
        )
    room = 1 if is_alone else sending.room_for_opening(len(kept), ports=ports)
    reason = None
    for draft in kept:
        if ports.clock.now() > deadline - MIN_REMAINING_MS:
            return "out of time"
        entry = _entry(draft, stored, judge=judge, copies=copies, routing=routing, ports=ports)
        if entry is None:
            reason = "Noko could not be asked about somebody it did not know before"
            continue
        if len(new) < room:
            entry = _sent(entry, ports=ports)
        if _put(entry, ports=ports):
            new.append(entry)
    return reason


def _sent(entry: Entry, *, ports: Ports) -> Entry:
    """Return an entry as sent, if it is queued."""
    if entry.status is not Status.QUEUED:
        return entry
    return replace(entry, sent_at=entry.opened_at, due_at=entry.opened_at + ports.intervals.resend_ms)


def _put(entry: Entry, *, ports: Ports) -> bool:
    """Put an entry if its key is new; tell whether it is now to be sent."""
    if ports.ledger.put_entry(entry).stamp != entry.stamp:
        return False
    ports.telemetry.event("entry_opened", entry=entry.key, status=entry.status, reason=entry.reason_code)
    return entry.sent_at is not None


def _entry(
    draft: Draft, stored: StoredDelivery, *, judge: Judge, copies: Copies | None, routing: Routing, ports: Ports
) -> Entry | None:
    """Make the entry of a draft; None when its route cannot be judged for certain now."""
    if _is_picked(draft, copies, ports):
        finding = Finding(Role.COPY, draft.minutes, of=commit_key(draft.copy_of or ""))
    else:
        finding = own(draft) if copies is None else copies.finding(draft)
    draft = remainder(draft, finding)
    verdict = judge.verdict(draft, received_at=stored.received_at)
    if verdict is None:
        return None
    now = ports.clock.now()
    entry = Entry(
        key=draft.key,
        status=Status.QUEUED,
        draft=judge.described(draft, verdict),
        delivery=stored.delivery.key,
        received_at=stored.received_at,
        opened_at=now,
        changed_at=now,
        due_at=now,
        observed=rule_for(draft, routing).mode is Mode.OBSERVE,
        stamp=ports.tokens.fresh(),
    )
    entry = settled(entry, finding, verdict)
    return replace(entry, judged_by=judge.fingerprint) if entry.status is Status.HELD else entry


def _is_picked(draft: Draft, copies: Copies | None, ports: Ports) -> bool:
    """Tell whether a draft is a cherry-pick by its own words, of a commit whose work is in the ledger."""
    if draft.copy_of is None:
        return False
    return copies.is_picked(draft) if copies else ports.ledger.entry(commit_key(draft.copy_of)) is not None
