"""The arithmetic of the shared throttle: GCRA over one item, with a share for jobs, a penalty and a pause.

GCRA (the generic cell rate algorithm, as in ATM traffic management I.371) keeps one number: `tat`, the
theoretical arrival time of the next request. A slot is `max(tat, now)` and moves `tat` on by one interval.
No burst credit is ever taken: Noko's own burst of five stays whole as the budget for jitter on the way.

A *job* (everything but a posting) additionally needs `slot >= job_tat` and sets `job_tat = slot + 2 intervals`,
so any number of jobs leaves the postings at least every other slot.

All instants and durations are milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

HORIZON_MS = 2_000
"""How far ahead a posting may reserve a slot."""
JOB_HORIZON_MS = 12_000
"""How far ahead a job may: the postings' horizon, and two clocks that are five seconds off in opposite ways.

With the postings' own horizon a job whose clock is behind theirs would never find the line short enough. The longer
one takes nothing from them: jobs cannot queue up behind each other, since each needs `slot >= job_tat`.
"""
PENALTY_MS = 3_000
"""How long nobody takes a slot after a 429."""
CORRUPT_AHEAD_MS = 60_000
"""No honest value is further ahead than this."""
OUTAGE_STREAK = 5
"""How many attempts in a row must fail to reach Noko before posting pauses."""
RESTORING = "restore mode: nothing is posted until Noko was asked what the table has forgotten"
"""Why a posting gets no slot after the table was restored."""


class Kind(StrEnum):
    """Who asks for a slot. A probe is a job that may run while posting is paused."""

    POSTING = "posting"
    JOB = "job"
    PROBE = "probe"


class Health(StrEnum):
    """What an exchange with Noko says of Noko itself, apart from what it says of an entry."""

    CONTACT = "contact"
    OUTAGE = "outage"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a word, no password
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Bucket:
    """The throttle's one item. `paused_at` is None while posting runs; `streak` counts outages in a row.

    `restored_to` is None unless the table is in restore mode: then it is the instant that the table was restored
    to, and `restoring_since` the one from which no posting got a slot any more.
    """

    tat: int = 0
    job_tat: int = 0
    pen_until: int = 0
    paused_at: int | None = None
    pause_reason: str | None = None
    resumed_at: int = 0
    streak: int = 0
    restored_to: int | None = None
    restoring_since: int | None = None

    @property
    def is_closed(self) -> bool:
        """Whether no posting gets a slot, because of a pause or in restore mode."""
        return self.paused_at is not None or self.restored_to is not None


@dataclass(frozen=True, slots=True)
class Slot:
    """Permission for one request at the instant `at`. `streak` is the outage count when it was given."""

    at: int
    streak: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """No slot yet; asking before `until` is pointless."""

    until: int


@dataclass(frozen=True, slots=True)
class Suspended:
    """No slot for this kind until a probe ends the pause, or a person the restore mode."""

    reason: str


@dataclass(frozen=True, slots=True)
class Corrupt:
    """A value lies so far ahead that no honest write can have put it there."""

    field: str


Decision = Slot | Wait | Suspended | Corrupt


def horizon_ms(kind: Kind) -> int:
    """Say how far ahead a request of `kind` may reserve its slot."""
    return HORIZON_MS if kind is Kind.POSTING else JOB_HORIZON_MS


def decide(bucket: Bucket, *, now: int, kind: Kind, interval_ms: int) -> Decision:
    """Say which slot a request of `kind` gets at `now`, or why none."""
    for field, value in (
        ("tat", bucket.tat),
        ("job_tat", bucket.job_tat),
        ("pen_until", bucket.pen_until),
    ):
        if value > now + CORRUPT_AHEAD_MS:
            return Corrupt(field)
    if bucket.paused_at is not None and kind is not Kind.PROBE:
        return Suspended(bucket.pause_reason or "paused")
    if bucket.restored_to is not None and kind is Kind.POSTING:
        return Suspended(RESTORING)
    if bucket.pen_until > now:
        return Wait(bucket.pen_until)
    horizon = horizon_ms(kind)
    slot = max(bucket.tat, now)
    if slot > now + horizon - interval_ms:
        return Wait(slot - horizon + interval_ms)
    if kind is not Kind.POSTING and slot < bucket.job_tat:
        reachable = bucket.job_tat - HORIZON_MS + interval_ms if bucket.tat > now else bucket.job_tat
        return Wait(max(reachable, now + interval_ms))
    return Slot(slot, bucket.streak)


def take(bucket: Bucket, slot: Slot, *, kind: Kind, interval_ms: int) -> Bucket:
    """Return the item after `slot` was given to a request of `kind`."""
    after = replace(bucket, tat=slot.at + interval_ms)
    return after if kind is Kind.POSTING else replace(after, job_tat=slot.at + 2 * interval_ms)


def heal(bucket: Bucket) -> Bucket:
    """Return the item with its times forgotten, and its pause and restore mode kept."""
    return replace(bucket, tat=0, job_tat=0, pen_until=0)
