"""What the services need from the world, and what each port does NOT promise.

Each group is a file of its own; everything is imported from here. The Lambda adapters live in `aws/` and
`noko/client.py`; the memory ones in the tests. One contract suite runs on every implementation. All instants
are milliseconds since the epoch; every method may raise `StoreUnavailable` (or `NokoUnavailable`), and after
such an error the write may or may not have happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.ports.github import GitHub
from chalicelib.ports.ledger import (
    Cards,
    Copies,
    Deliveries,
    Entries,
    HeldKey,
    Ledger,
    Notes,
    Queued,
    Runs,
    StoreCard,
    StoredDelivery,
    StoredNote,
    Windows,
)
from chalicelib.ports.messenger import Messenger
from chalicelib.ports.noko import Noko
from chalicelib.ports.pace import Queue, Throttle
from chalicelib.ports.world import Clock, Field, Secrets, Telemetry, Tokens

if TYPE_CHECKING:
    from chalicelib.domain.interval import Intervals

__all__ = [
    "Cards",
    "Clock",
    "Copies",
    "Deliveries",
    "Entries",
    "Field",
    "GitHub",
    "HeldKey",
    "Ledger",
    "Messenger",
    "Noko",
    "Notes",
    "Ports",
    "Queue",
    "Queued",
    "Runs",
    "Secrets",
    "StoreCard",
    "StoredDelivery",
    "StoredNote",
    "Telemetry",
    "Throttle",
    "Tokens",
    "Windows",
]


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a service may touch.

    `stamped_at` is when the store was stamped with its owner; None where nobody looked. `github` is None where no
    token for GitHub's API is configured; `messenger` where nothing is told to anybody.
    """

    ledger: Ledger
    queue: Queue
    throttle: Throttle
    noko: Noko
    clock: Clock
    tokens: Tokens
    telemetry: Telemetry
    secrets: Secrets
    intervals: Intervals
    stamped_at: int | None = None
    github: GitHub | None = None
    messenger: Messenger | None = None
