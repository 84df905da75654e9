"""Each change an entry can go through, as a pure function from entry to entry.

Every function checks itself against the table in `lifecycle`, so no service can invent a change. `now` and all
other instants are milliseconds since the epoch; `stamp` is fresh for every write (see `Entry.stamp`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.lifecycle import MAX_UNKNOWN_ROUNDS, Status, permits

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry, Held, Route


RECOVERED = "found in Noko after the table was restored"
"""Why an entry is logged that no attempt of ours brought there, as far as the ledger knows."""


class IllegalTransitionError(ValueError):
    """A change that the table does not hold: a bug of ours, never of the input."""


_ANY = frozenset(Status)
_ATTEMPTED = frozenset({Status.POSTING})
_LOOKED_FOR = frozenset({Status.UNCERTAIN})
_RELEASABLE = frozenset({Status.HELD, Status.REFUSED, Status.SKIPPED, Status.NEEDS_ATTENTION})
"""Three changes lead to `queued`, each from elsewhere: the table alone would let them stand in for each other."""
_ATTEMPTED_EVER = frozenset({Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION})
_FORGETFUL = frozenset({Status.HELD, Status.QUEUED, Status.REFUSED, Status.SKIPPED})
"""What a restored table may hold an entry for that went on to be posted. `posting` and `uncertain` reconcile anyway."""


def _move(
    entry: Entry, target: Status, *, now: int, stamp: str, sources: frozenset[Status] = _ANY, **changes: Any
) -> Entry:
    if entry.status not in sources or not permits(entry.status, target):
        raise IllegalTransitionError(f"{entry.status} → {target}")
    return replace(entry, status=target, changed_at=now, stamp=stamp, **changes)


def _stay(entry: Entry, status: Status, *, now: int, stamp: str, **changes: Any) -> Entry:
    if entry.status is not status:
        raise IllegalTransitionError(f"{entry.status} is not {status}")
    return replace(entry, changed_at=now, stamp=stamp, **changes)


def claim(entry: Entry, *, now: int, token: str, lease_until: int) -> Entry:
    """Begin an attempt. The token also is the stamp: one word identifies the claim and everything after it."""
    first = entry.first_attempt_at if entry.first_attempt_at is not None else now
    return _move(
        entry,
        Status.POSTING,
        now=now,
        stamp=token,
        attempt=entry.attempt + 1,
        token=token,
        claimed_at=now,
        lease_until=lease_until,
        first_attempt_at=first,
        absent_at=None,
        due_at=lease_until,
        reason=None,
        reason_code=None,
    )


def log(entry: Entry, *, now: int, stamp: str, noko_id: int, minutes: int | None) -> Entry:
    """Note that Noko holds the entry as `noko_id`, with the minutes it made of ours when it said so."""
    return _move(
        entry,
        Status.LOGGED,
        now=now,
        stamp=stamp,
        noko_id=noko_id,
        logged_minutes=minutes,
        due_at=None,
        reason=None,
        reason_code=None,
        sources=_ATTEMPTED_EVER,
    )


def give_back(entry: Entry, *, now: int, stamp: str, reason: str, sent_at: int | None, due_at: int) -> Entry:
    """Queue an entry whose attempt did not happen.

    `sent_at` is when its next message becomes visible, None when none was sent; `due_at` when the tick may send one.
    """
    return _move(
        entry,
        Status.QUEUED,
        now=now,
        stamp=stamp,
        reason=reason,
        reason_code=None,
        sent_at=sent_at,
        due_at=due_at,
        sources=_ATTEMPTED,
    )


def doubt(entry: Entry, *, now: int, stamp: str, reason: str, settle_ms: int) -> Entry:
    """Mark an attempt whose fate nobody knows; look no earlier than when nothing of it can still arrive."""
    quiet = now if entry.lease_until is None else entry.lease_until
    return _move(
        entry,
        Status.UNCERTAIN,
        now=now,
        stamp=stamp,
        reason=reason,
        reason_code=None,
        absent_at=None,
        due_at=quiet + settle_ms,
    )


def refuse(entry: Entry, *, now: int, stamp: str, reason: str) -> Entry:
    """Note that Noko will not create this entry as it is."""
    return _move(entry, Status.REFUSED, now=now, stamp=stamp, reason=reason, due_at=None)


def miss(entry: Entry, *, now: int, stamp: str, second_look_ms: int) -> Entry:
    """Note the first look that did not find the entry; another one must follow."""
    return _stay(entry, Status.UNCERTAIN, now=now, stamp=stamp, absent_at=now, due_at=now + second_look_ms)


def clear(entry: Entry, *, now: int, stamp: str) -> Entry:
    """Conclude from two looks that the attempt created nothing; after four such rounds a person has to look."""
    rounds = entry.rounds + 1
    if rounds >= MAX_UNKNOWN_ROUNDS:
        reason = f"{rounds} attempts were lost without a trace in Noko; look there, then resolve"
        return _move(entry, Status.NEEDS_ATTENTION, now=now, stamp=stamp, rounds=rounds, reason=reason, due_at=None)
    return _move(
        entry,
        Status.QUEUED,
        now=now,
        stamp=stamp,
        rounds=rounds,
        absent_at=None,
        sent_at=None,
        due_at=now,
        reason=f"attempt {entry.attempt} created nothing; trying again",
        sources=_LOOKED_FOR,
    )


def need_attention(entry: Entry, *, now: int, stamp: str, reason: str) -> Entry:
    """Hand an uncertain entry to a person, who will `resolve` it."""
    return _move(entry, Status.NEEDS_ATTENTION, now=now, stamp=stamp, reason=reason, due_at=None, sources=_LOOKED_FOR)


def recover(entry: Entry, *, now: int, stamp: str, noko_id: int, minutes: int | None) -> Entry:
    """Note that Noko holds, as `noko_id`, what a restored table has forgotten the posting of."""
    return _move(
        entry,
        Status.LOGGED,
        now=now,
        stamp=stamp,
        noko_id=noko_id,
        logged_minutes=minutes,
        due_at=None,
        reason=RECOVERED,
        reason_code=None,
        sources=_FORGETFUL | {Status.NEEDS_ATTENTION},
    )


def recover_in_doubt(entry: Entry, *, now: int, stamp: str, reason: str) -> Entry:
    """Hand an entry that a restored table wants to post, and Noko may hold, to a person, who will `resolve` it."""
    return _move(
        entry,
        Status.NEEDS_ATTENTION,
        now=now,
        stamp=stamp,
        reason=reason,
        reason_code=None,
        due_at=None,
        sources=_FORGETFUL,
    )


def judge_again(entry: Entry, *, now: int, stamp: str, verdict: Held, judged_by: str) -> Entry:
    """Keep a held entry held, by a newer routing file or directory."""
    return _stay(
        entry,
        Status.HELD,
        now=now,
        stamp=stamp,
        route=verdict.route,
        reason=verdict.reason,
        reason_code=verdict.code,
        judged_by=judged_by,
        due_at=now,
    )


def queue(entry: Entry, *, now: int, stamp: str, route: Route) -> Entry:
    """Release a held, refused or skipped entry, or one that a person looked up in vain, for posting."""
    return _move(
        entry,
        Status.QUEUED,
        now=now,
        stamp=stamp,
        route=route,
        reason=None,
        reason_code=None,
        judged_by=None,
        sent_at=None,
        due_at=now,
        rounds=0,
        sources=_RELEASABLE,
    )


def amend(entry: Entry, *, now: int, stamp: str, reason: str) -> Entry:
    """Give up a held entry that amends another one, because that one was changed instead."""
    return _move(
        entry, Status.SKIPPED, now=now, stamp=stamp, reason=reason, reason_code="amended", judged_by=None, due_at=None
    )


def correct(entry: Entry, *, now: int, stamp: str, minutes: int) -> Entry:
    """Note the minutes that a logged entry has now, since we changed them."""
    return _stay(entry, Status.LOGGED, now=now, stamp=stamp, logged_minutes=minutes)


def dismiss(entry: Entry, *, now: int, stamp: str) -> Entry:
    """Give an entry up for good, because a person said so."""
    return _move(entry, Status.DISMISSED, now=now, stamp=stamp, due_at=None)
