"""The life of an entry: one table from which the docs' diagram, the CLI and the tests are drawn.

A status says what is known, not what is being done. `posting` means "an attempt may be on its way";
`uncertain` means "an attempt left, and nobody knows what it did". From every status a way leads on: nothing
has a dead end, and `logged` and `dismissed` are ends by intent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What is known of an entry."""

    HELD = "held"
    QUEUED = "queued"
    POSTING = "posting"
    UNCERTAIN = "uncertain"
    NEEDS_ATTENTION = "needs_attention"
    REFUSED = "refused"
    SKIPPED = "skipped"
    LOGGED = "logged"
    DISMISSED = "dismissed"


IN_DOUBT = frozenset({Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION})
"""What Noko may hold without our knowing."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted change of status. `by` is "us", or the command with which a person makes it."""

    source: Status
    target: Status
    cause: str
    by: str = "us"


RESTORE = "restore"
"""The one command that moves on what it finds, and not an entry that a person names."""
_FOUND = "found after a restore"

MAX_UNKNOWN_ROUNDS = 4
"""How often "unknown, then absent twice" may repeat before a person has to look."""

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Status.HELD, Status.QUEUED, "a route was found"),
    Transition(Status.HELD, Status.QUEUED, "a person named the route", "route"),
    Transition(Status.HELD, Status.QUEUED, "a person asked for what was only observed or too old", "replay"),
    Transition(Status.QUEUED, Status.POSTING, "an attempt was claimed"),
    Transition(Status.POSTING, Status.LOGGED, "created"),
    Transition(Status.POSTING, Status.QUEUED, "it did not happen"),
    Transition(Status.POSTING, Status.UNCERTAIN, "nobody knows"),
    Transition(Status.POSTING, Status.REFUSED, "Noko said no"),
    Transition(Status.UNCERTAIN, Status.LOGGED, "found once"),
    Transition(Status.UNCERTAIN, Status.QUEUED, "absent twice"),
    Transition(Status.UNCERTAIN, Status.NEEDS_ATTENTION, "four rounds, or found more than once"),
    Transition(Status.NEEDS_ATTENTION, Status.LOGGED, "a person found it", "resolve"),
    Transition(Status.NEEDS_ATTENTION, Status.QUEUED, "a person found none", "resolve"),
    Transition(Status.REFUSED, Status.QUEUED, "a person mended the cause", "replay"),
    Transition(Status.SKIPPED, Status.QUEUED, "a person wants it after all", "replay"),
    Transition(Status.HELD, Status.SKIPPED, "the entry that it amends was changed instead", "amend"),
    Transition(Status.HELD, Status.DISMISSED, "a person gave it up", "dismiss"),
    Transition(Status.REFUSED, Status.DISMISSED, "a person gave it up", "dismiss"),
    Transition(Status.SKIPPED, Status.DISMISSED, "a person gave it up", "dismiss"),
    Transition(Status.HELD, Status.LOGGED, _FOUND, RESTORE),
    Transition(Status.QUEUED, Status.LOGGED, _FOUND, RESTORE),
    Transition(Status.REFUSED, Status.LOGGED, _FOUND, RESTORE),
    Transition(Status.SKIPPED, Status.LOGGED, _FOUND, RESTORE),
    Transition(Status.NEEDS_ATTENTION, Status.LOGGED, _FOUND, RESTORE),
    Transition(Status.HELD, Status.NEEDS_ATTENTION, f"{_FOUND}, but not for certain", RESTORE),
    Transition(Status.QUEUED, Status.NEEDS_ATTENTION, f"{_FOUND}, but not for certain", RESTORE),
    Transition(Status.REFUSED, Status.NEEDS_ATTENTION, f"{_FOUND}, but not for certain", RESTORE),
    Transition(Status.SKIPPED, Status.NEEDS_ATTENTION, f"{_FOUND}, but not for certain", RESTORE),
)

FIRST: frozenset[Status] = frozenset({Status.HELD, Status.QUEUED, Status.SKIPPED, Status.LOGGED})
"""The statuses an entry may be born with; with `logged` only what Noko is found to hold after a restore."""

ENDS: frozenset[Status] = frozenset({Status.LOGGED, Status.DISMISSED})
"""The statuses that nothing leaves."""

SWEPT: frozenset[Status] = frozenset({Status.QUEUED, Status.POSTING, Status.UNCERTAIN})
"""The statuses that the tick moves on by itself."""

_PERMITTED = frozenset((t.source, t.target) for t in TRANSITIONS)


def permits(source: Status, target: Status) -> bool:
    """Tell whether an entry may go from `source` to `target`."""
    return (source, target) in _PERMITTED


def commands_for(status: Status) -> tuple[str, ...]:
    """Name the commands with which a person can move an entry on from `status`, in the table's order."""
    return tuple(dict.fromkeys(t.by for t in TRANSITIONS if t.source is status and t.by not in {"us", RESTORE}))
