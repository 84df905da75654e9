"""What entries ask of AWS, as counted. `tests/cost` counts it again: whoever adds a call has to write it down here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CALLS = 15
"""The most that an entry may ask for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Calls by name, and the units that DynamoDB bills for them."""

    calls: Mapping[str, float]
    reads: float = 0
    writes: float = 0


@dataclass(frozen=True, slots=True)
class Count:
    """What `entries` asked for, by who asked.

    That is a function of ours, the event source of one, or the tick that forgets a month later (`retire`).
    """

    name: str
    entries: int
    asked: Mapping[str, Asked]

    @property
    def calls(self) -> float:
        """Return how many calls one entry asks for."""
        return sum(sum(asked.calls.values()) for asked in self.asked.values()) / self.entries

    @property
    def by_caller(self) -> Counter[str]:
        """Return how many calls each caller makes for all of them."""
        return Counter({who: int(sum(asked.calls.values())) for who, asked in self.asked.items()})


ONE_BY_ONE = Count(
    "one by one",
    entries=20,
    asked={
        "door": Asked(
            {"put head": 20, "send to open": 20},
            reads=0.0,
            writes=60,
        ),
        "source of open": Asked(
            {"delete": 20, "receive": 20},
            reads=0,
            writes=0,
        ),
        "open": Asked(
            {
                "get directory": 3,
                "get head": 20,
                "put entry logged": 20,
                "put entry posting": 20,
                "put entry queued": 20,
                "put noko": 20,
                "put run, in vain": 1,
                "put works": 20,
                "update head: SET opened_at": 20,
                "update throttle: SET tat": 20,
            },
            reads=23.0,
            writes=361,
        ),
        "retire": Asked(
            {"update head: REMOVE body, lane, due_at": 20},
            reads=0,
            writes=40,
        ),
    },
)
STANDING_BACKLOG = Count(
    "a standing backlog",
    entries=200,
    asked={
        "door": Asked(
            {"put head": 1, "send to open": 1},
            reads=0.0,
            writes=19,
        ),
        "source of open": Asked(
            {"delete": 1, "receive": 1},
            reads=0,
            writes=0,
        ),
        "open": Asked(
            {
                "depth of post": 1,
                "get head": 1,
                "put entry queued": 200,
                "put works": 200,
                "send to post": 15,
                "update head: SET opened_at": 1,
            },
            reads=5.0,
            writes=1219,
        ),
        "source of post": Asked(
            {"delete": 200, "receive": 200},
            reads=0,
            writes=0,
        ),
        "post": Asked(
            {
                "get entry": 200,
                "put entry logged": 200,
                "put entry posting": 200,
                "put noko": 200,
                "update throttle: SET tat": 200,
                "update throttle: SET tat, in vain": 198,
            },
            reads=200.0,
            writes=1998,
        ),
        "tick": Asked(
            {
                "depth of post": 1,
                "get run": 1,
                "get throttle": 2,
                "query due": 40,
                "query month": 1,
                "send to post": 5,
                "update entry: SET sent_at": 50,
            },
            reads=23.5,
            writes=200,
        ),
        "retire": Asked(
            {"update head: REMOVE body, lane, due_at": 1},
            reads=0,
            writes=18,
        ),
    },
)
ONTO_A_BACKLOG = Count(
    "one by one, onto a standing backlog",
    entries=20,
    asked={
        "door": Asked(
            {"put head": 20, "send to open": 20},
            reads=0.0,
            writes=60,
        ),
        "source of open": Asked(
            {"delete": 20, "receive": 20},
            reads=0,
            writes=0,
        ),
        "open": Asked(
            {
                "get directory": 1,
                "get head": 20,
                "put entry logged": 20,
                "put entry posting": 20,
                "put entry queued": 20,
                "put noko": 20,
                "put run, in vain": 1,
                "put works": 20,
                "update head: SET opened_at": 20,
                "update throttle: SET tat": 20,
                "update throttle: SET tat, in vain": 20,
            },
            reads=21.0,
            writes=381,
        ),
        "retire": Asked(
            {"update head: REMOVE body, lane, due_at": 20},
            reads=0,
            writes=40,
        ),
    },
)
TICK = Asked(
    {"depth of post": 1.0, "get run": 1.0, "get throttle": 2.0, "query due": 40.0, "query month": 1.0},
    reads=23.5,
    writes=0.0,
)
"""What a tick asks for that finds nothing to do."""
COUNTS = (ONE_BY_ONE, STANDING_BACKLOG, ONTO_A_BACKLOG)
STORED_BYTES = 3904
"""What one entry that came one by one takes in the table, with its delivery, its work and their index entries."""
