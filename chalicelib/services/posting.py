"""Post one entry: slot, claim, guarded POST, settle. The order of these lines is the promise.

    read ─ slot ─ claim ─ POST ─ settle        each arrow may be the last thing this process does:
      │      │      │       │
      │      │      │       └ the attempt left, its fate unknown: the lease lapses, the tick reconciles
      │      │      └ claimed, nothing sent: the same, and reconciling finds nothing
      │      └ a slot is wasted
      └ nothing happened; the message comes again

A message is acknowledged (by returning) only for what the ledger already holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chalicelib.domain import transition
from chalicelib.domain.entry import Attempt, waiting_since
from chalicelib.domain.interval import MIN_REMAINING_MS, lease_until
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.outcome import Created, Outcome, Refused, Throttled, Unavailable, Unknown
from chalicelib.domain.retry import delay_s
from chalicelib.domain.throttle import Kind
from chalicelib.errors import Paused
from chalicelib.noko.protocol import NewEntry
from chalicelib.services import pausing
from chalicelib.services.slot import NoSlotError, wait_for_slot

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry
    from chalicelib.domain.throttle import Slot
    from chalicelib.ports import Ports

AT_ONCE_MS = 2_000
"""For so long somebody who has other things to do waits to be told of a slot."""


def post(key: str, *, ports: Ports, deadline: int) -> None:
    """Try once to bring an entry into Noko, and write down what that taught us.

    `deadline` (ms) is when this invocation is killed. Returns when the message may go: the entry is logged,
    refused, in doubt, somebody else's, or queued with another message or the tick to come. Raises Unavailable
    when the ledger does not hold what happened yet, so that the message comes again.
    """
    entry = ports.ledger.entry(key)
    if entry is None or entry.status is not Status.QUEUED:
        ports.telemetry.event("post_not_queued", entry=key, status=entry.status if entry else None)
        return
    _post(entry, ports=ports, deadline=deadline, until=deadline - MIN_REMAINING_MS)


def post_at_once(entry: Entry, *, ports: Ports, deadline: int) -> None:
    """Try an entry that was queued this moment, in place of its first message; as `post` does, but for one thing.

    Who opens deliveries waits no longer than two seconds to be told of a slot: then there is a crowd, and a message
    joins it.
    """
    until = min(deadline - MIN_REMAINING_MS, ports.clock.now() + AT_ONCE_MS)
    _post(entry, ports=ports, deadline=deadline, until=until)


def _post(entry: Entry, *, ports: Ports, deadline: int, until: int) -> None:
    key, began = entry.key, ports.clock.now()
    try:
        slot = wait_for_slot(
            Kind.POSTING,
            throttle=ports.throttle,
            clock=ports.clock,
            telemetry=ports.telemetry,
            until=until,
        )
    except Paused as paused:
        waiting_s = (ports.clock.now() - waiting_since(entry)) // 1000
        ports.telemetry.event("post_paused", entry=key, status=entry.status, reason=str(paused), waiting_s=waiting_s)
        return
    except NoSlotError:
        ports.telemetry.event("post_without_slot", entry=key, status=entry.status, waited_ms=ports.clock.now() - began)
        ports.queue.send_entries([key])
        return
    waited_ms = ports.clock.now() - began
    claimed = _claim(entry, ports=ports, deadline=deadline)
    if claimed is None:
        return
    outcome = _attempt(claimed, slot, ports=ports)
    _settle(claimed, outcome, waited_ms, ports=ports)


def _claim(entry: Entry, *, ports: Ports, deadline: int) -> Entry | None:
    now = ports.clock.now()
    if deadline - now < MIN_REMAINING_MS:
        ports.queue.send_entries([entry.key])
        return None
    token = ports.tokens.fresh()
    lease = lease_until(now=now, deadline=deadline, intervals=ports.intervals)
    claimed = transition.claim(entry, now=now, token=token, lease_until=lease)
    holds = ports.ledger.swap(entry, claimed)
    if holds.stamp != token:
        ports.telemetry.event("claim_lost", entry=entry.key, attempt=claimed.attempt, status=holds.status)
        return None
    return claimed


def _attempt(entry: Entry, slot: Slot, *, ports: Ports) -> Outcome:
    route, lease = entry.route, entry.lease_until
    assert route is not None, "a queued entry has a route"
    assert lease is not None, "a claimed entry has a lease"
    new = NewEntry(
        date=entry.draft.date,
        minutes=entry.draft.minutes,
        user_id=route.user_id,
        project_id=route.project_id,
        description=entry.draft.description,
        source_url=entry.draft.source_url,
    )
    return ports.noko.create(new, slot=slot, lease_until=lease)


def _settle(entry: Entry, outcome: Outcome, waited_ms: int, *, ports: Ports) -> None:
    """Write down what the attempt taught us: first the attempt for people to read, then the entry."""
    after = _after(entry, outcome, ports=ports)
    name, detail = type(outcome).__name__.lower(), getattr(outcome, "reason", None)
    ports.telemetry.event(
        "attempt",
        delivery=entry.delivery,
        entry=entry.key,
        attempt=entry.attempt,
        outcome=name,
        status=after.status,
        waited_ms=waited_ms,
        waiting_s=(after.changed_at - waiting_since(after)) // 1000 if after.status is Status.QUEUED else None,
    )
    if after.status is not Status.LOGGED:
        record(entry, name, detail, ports=ports)
    holds = ports.ledger.swap(entry, after)
    if holds.stamp != after.stamp:
        ports.telemetry.event("settle_lost", entry=entry.key, attempt=entry.attempt, status=holds.status)
    elif after.status is Status.QUEUED and after.sent_at is not None:
        ports.queue.send_entries([entry.key], delay_s=max(0, (after.sent_at - after.changed_at) // 1000))


def _after(entry: Entry, outcome: Outcome, *, ports: Ports) -> Entry:
    match outcome:
        case Created():
            return _created(entry, outcome, ports=ports)
        case Refused():
            return _refused(entry, outcome, ports=ports)
        case Throttled():
            return _again(entry, "Noko's rate limit turned it away (429)", ports=ports)
        case Unavailable():
            return _again(entry, outcome.reason, ports=ports)
        case Unknown():
            return _doubt(entry, outcome.reason, ports=ports)
        case _:
            assert_never(outcome)


def _created(entry: Entry, outcome: Created, *, ports: Ports) -> Entry:
    if outcome.noko_id is None:
        return _doubt(entry, "created, but the answer named no id", ports=ports)
    holder = ports.ledger.take_noko_id(outcome.noko_id, entry.key)
    if holder != entry.key:
        return _doubt(entry, f"Noko answered with the id of {holder}", ports=ports)
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    return transition.log(entry, now=now, stamp=stamp, noko_id=outcome.noko_id, minutes=outcome.minutes)


def _refused(entry: Entry, outcome: Refused, *, ports: Ports) -> Entry:
    reason = f"{outcome.status}: {outcome.reason}"
    if outcome.status == 401 or (outcome.status == 403 and not pausing.token_works(ports=ports)):
        return _again(entry, reason, ports=ports)
    return transition.refuse(entry, now=ports.clock.now(), stamp=ports.tokens.fresh(), reason=reason)


def _again(entry: Entry, reason: str, *, ports: Ports) -> Entry:
    now = ports.clock.now()
    sent_at = now + 1000 * delay_s(entry.attempt)
    due_at = sent_at + ports.intervals.resend_ms
    stamp = ports.tokens.fresh()
    return transition.give_back(entry, now=now, stamp=stamp, reason=reason, sent_at=sent_at, due_at=due_at)


def _doubt(entry: Entry, reason: str, *, ports: Ports) -> Entry:
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    return transition.doubt(entry, now=now, stamp=stamp, reason=reason, settle_ms=ports.intervals.settle_ms)


def record(entry: Entry, outcome: str, detail: str | None, *, ports: Ports) -> None:
    """Keep the attempt that `entry` is in the middle of, as finished now. Idempotent by its number."""
    started = entry.claimed_at if entry.claimed_at is not None else entry.changed_at
    attempt = Attempt(entry.attempt, started, ports.clock.now(), outcome, detail)
    ports.ledger.put_attempt(entry.key, attempt)
