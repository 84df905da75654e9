"""What can happen to one I/O call."""

from dataclasses import dataclass
from enum import StrEnum


class Crash(BaseException):
    """The process dies on this very line. Nothing in the product catches it."""


class Fault(StrEnum):
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    REFUSED = "refused"
    LOST = "answer lost"
    RETRIED = "answer lost, retried"  # boto3 sends a conditional write again, and reports our own as failed
    FROZEN = "frozen"  # the process stands still for minutes before the call, and goes on
    LATE = "answer late"  # we give up; the work is done later
    THROTTLED = "429"
    BROKEN = "500"
    BAD_GATEWAY = "502 after commit"
    GARBAGE = "garbage"
    REDIRECTED = "redirected"
    STALE = "stale list"


STORE = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.REFUSED, Fault.LOST, Fault.FROZEN)
CONDITIONAL = (*STORE, Fault.RETRIED)
ASKED = (
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
    Fault.REFUSED,
    Fault.LOST,
    Fault.FROZEN,
    Fault.THROTTLED,
    Fault.BROKEN,
    Fault.GARBAGE,
    Fault.REDIRECTED,
)
CREATED = (*ASKED, Fault.LATE, Fault.BAD_GATEWAY)
LISTED = (*ASKED, Fault.STALE)
FROZEN_MS = 420_000
"""Longer than lease, quiet period and both looks together: everybody else has moved on."""
LATE_MS = 140_000
"""Inside the quiet period (lease and settle are 155 s), and later than two hasty looks would come."""
STALE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Call:
    """One I/O call of a run: its number (equal ones in a row share it), its name, what can happen to it."""

    number: int
    name: str
    faults: tuple[Fault, ...]
