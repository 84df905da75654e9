"""The throttle's item in DynamoDB: two conditional updates, and the arithmetic of `domain.throttle` for the loser."""

from __future__ import annotations

from chalicelib.domain.throttle import (
    PENALTY_MS,
    Bucket,
    Corrupt,
    Decision,
    Kind,
    Slot,
    Wait,
    decide,
    horizon_ms,
)
from chalicelib.errors import ClockSkewed
from chalicelib.ports.table import Item, Lost, Table

MAX_SKEW_MS = 5_000
MAX_RACES = 8
_UNREADABLE = 10**15
"""Stands for a value that is no number: further ahead than any honest one, so it is healed as corrupt."""


def _absent_or(name: str, comparison: str) -> str:
    """Hold for a number that compares so, or none at all.

    The type is asked for first: DynamoDB finds a text neither less nor more than a number, but moto breaks off.
    """
    return f"(attribute_not_exists({name}) OR (attribute_type({name}, :number) AND {name} {comparison}))"


_NOT_PENALISED = _absent_or("#pen_until", "<= :now")
_NOT_PAUSED = "attribute_not_exists(#paused_at)"
_NOT_RESTORING = "attribute_not_exists(#restored_to)"


class TableThrottle:
    """The `Throttle` port on one item of the table."""

    def __init__(self, table: Table, *, account: str, interval_ms: int) -> None:
        self._table = table
        self._pk = f"{account}#throttle"
        self._interval_ms = interval_ms
        self._tat = 0

    def reserve(self, kind: Kind, *, now: int) -> Decision:
        """Take a slot with one update in the common case: the last `tat` seen says which of the two to try."""
        if abs(self._table.skew_ms()) > MAX_SKEW_MS:
            # measured anew: a process that was frozen right after an answer took its own absence for skew
            skew = self._table.skew_ms(anew=True)
            if abs(skew) > MAX_SKEW_MS + 500:
                raise ClockSkewed(f"this process's clock is {skew / 1000:+.1f} s off the table's")
        advance = self._tat >= now
        for _ in range(MAX_RACES):
            result = self._advance(kind, now) if advance else self._start(kind, now)
            if not isinstance(result, Lost):
                bucket = _bucket(result)
                self._tat = bucket.tat
                return Slot(bucket.tat - self._interval_ms, bucket.streak)
            bucket = _bucket(result.item)
            self._tat = bucket.tat
            decision = decide(bucket, now=now, kind=kind, interval_ms=self._interval_ms)
            if isinstance(decision, Corrupt):
                self._heal(bucket)
            if not isinstance(decision, Slot):
                return decision
            advance = bucket.tat >= now
        return Wait(now + self._interval_ms)

    def _advance(self, kind: Kind, now: int) -> Item | Lost:
        job = kind is not Kind.POSTING
        return self._table.update(
            self._pk,
            "throttle",
            "SET #tat = #tat + :one" + (", #job_tat = #tat + :two" if job else ""),
            condition=" AND ".join(
                [
                    "attribute_type(#tat, :number) AND #tat >= :now AND #tat <= :latest",
                    _NOT_PENALISED,
                    *([_NOT_PAUSED] if kind is not Kind.PROBE else []),
                    *([_NOT_RESTORING] if not job else []),
                    *([_absent_or("#job_tat", "<= #tat")] if job else []),
                ]
            ),
            values={
                ":number": "N",
                ":one": self._interval_ms,
                ":now": now,
                ":latest": now + horizon_ms(kind) - self._interval_ms,
                **({":two": 2 * self._interval_ms} if job else {}),
            },
        )

    def _start(self, kind: Kind, now: int) -> Item | Lost:
        job = kind is not Kind.POSTING
        return self._table.update(
            self._pk,
            "throttle",
            "SET #tat = :one" + (", #job_tat = :two" if job else ""),
            condition=" AND ".join(
                [
                    _absent_or("#tat", "< :now"),
                    _NOT_PENALISED,
                    *([_NOT_PAUSED] if kind is not Kind.PROBE else []),
                    *([_NOT_RESTORING] if not job else []),
                    *([_absent_or("#job_tat", "<= :now")] if job else []),
                ]
            ),
            values={
                ":number": "N",
                ":one": now + self._interval_ms,
                ":now": now,
                **({":two": now + 2 * self._interval_ms} if job else {}),
            },
        )

    def _heal(self, bucket: Bucket) -> None:
        """Forget the times, unless somebody else did so meanwhile."""
        unreadable = bucket.tat == _UNREADABLE
        self._table.update(
            self._pk,
            "throttle",
            "REMOVE #tat, #job_tat, #pen_until",
            condition=None if unreadable else "#tat = :tat OR attribute_not_exists(#tat)",
            values=None if unreadable else {":tat": bucket.tat},
        )
        self._tat = 0

    def penalise(self, *, now: int) -> None:
        """Close the gate for three seconds."""
        self._table.update(self._pk, "throttle", "SET #pen_until = :until", values={":until": now + PENALTY_MS})

    def record_outage(self) -> int:
        """Count one more outage in a row."""
        item = self._table.update(self._pk, "throttle", "ADD #streak :one", values={":one": 1})
        return _bucket(item.item if isinstance(item, Lost) else item).streak

    def record_contact(self) -> None:
        """End the streak."""
        self._table.update(self._pk, "throttle", "REMOVE #streak")

    def pause(self, reason: str, *, now: int) -> None:
        """Put the pause on, unless it is on."""
        self._table.update(
            self._pk,
            "throttle",
            "SET #paused_at = :now, #pause_reason = :reason",
            condition=_NOT_PAUSED,
            values={":now": now, ":reason": reason},
        )

    def resume(self, *, now: int) -> None:
        """Take the pause off, and the streak that led to it."""
        self._table.update(
            self._pk,
            "throttle",
            "SET #resumed_at = :now REMOVE #paused_at, #pause_reason, #streak",
            condition="attribute_exists(#paused_at)",
            values={":now": now},
        )

    def enter_restore(self, restored_to: int, *, now: int) -> None:
        """Put the mark, unless there is one for the same instant or an earlier one."""
        self._table.update(
            self._pk,
            "throttle",
            "SET #restored_to = :to, #restoring_since = :now",
            condition=f"{_NOT_RESTORING} OR #restored_to > :to",
            values={":to": restored_to, ":now": now},
        )

    def mark_copy(self, copied_at: int) -> None:
        """Put a copy of a ledger into restore mode: what has happened since `copied_at` (ms) it does not know.

        The quiet period counts from when somebody reconciles, since nobody here knows until when the other one posted.
        """
        result = self._table.update(
            self._pk,
            "throttle",
            "SET #restored_to = :to REMOVE #restoring_since",
            condition=f"{_NOT_RESTORING} OR #restored_to > :to",
            values={":to": copied_at},
        )
        if isinstance(result, Lost):
            self._table.update(self._pk, "throttle", "REMOVE #restoring_since")

    def leave_restore(self, restored_to: int, *, now: int) -> bool:
        """Take the mark off if it is the one that was reconciled for."""
        result = self._table.update(
            self._pk,
            "throttle",
            "SET #resumed_at = :now REMOVE #restored_to, #restoring_since",
            condition="#restored_to = :to",
            values={":to": restored_to, ":now": now},
        )
        return not isinstance(result, Lost) or "restored_to" not in result.item

    def state(self) -> Bucket:
        """Read the item."""
        return _bucket(self._table.get(self._pk, "throttle") or {})


def _bucket(item: Item) -> Bucket:
    def number(name: str) -> int:
        value = item.get(name, 0)
        return value if type(value) is int else _UNREADABLE

    reason = item.get("pause_reason")
    return Bucket(
        tat=number("tat"),
        job_tat=number("job_tat"),
        pen_until=number("pen_until"),
        paused_at=number("paused_at") if "paused_at" in item else None,
        pause_reason=reason if isinstance(reason, str) else None,
        resumed_at=number("resumed_at"),
        streak=number("streak"),
        restored_to=number("restored_to") if "restored_to" in item else None,
        restoring_since=number("restoring_since") if "restoring_since" in item else None,
    )
