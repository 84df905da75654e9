"""Deliveries: what was sent to a hook, what came of it, and for how long GitHub remembers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from devstack.github.shape import precise_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import RLock

KEPT_MS = 3 * 24 * 3_600_000
"""Deliveries of the past three days can be seen and sent again
(https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks)."""

_FIRST_ID = 3_842_091_948_768_772_097
"""Real ids have outgrown 2**53, which is where JSON readers that know only floats go wrong."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt to deliver. `duration` is in seconds; without an answer, `headers` and `body` are None.

    `status` is "OK" for every 2xx, and for nothing else
    (https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries).
    """

    status: str
    status_code: int
    duration: float = 0.0
    headers: Mapping[str, str] | None = None
    body: str | None = None

    @property
    def ok(self) -> bool:
        """Whether GitHub takes it for delivered."""
        return self.status == "OK"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt. All attempts at one event, for all hooks, share the `guid`; `payload` is its JSON as sent."""

    hook_id: int
    guid: str
    event: str
    action: str | None
    payload: str
    repository_id: int
    url: str
    delivered_at: int
    redelivery: bool
    headers: Mapping[str, str]
    outcome: Outcome
    id: int = 0

    def brief(self) -> dict[str, Any]:
        """Shape it as in a list (https://docs.github.com/en/rest/repos/webhooks)."""
        return {
            "id": self.id,
            "guid": self.guid,
            "delivered_at": precise_stamp(self.delivered_at),
            "redelivery": self.redelivery,
            "duration": self.outcome.duration,
            "status": self.outcome.status,
            "status_code": self.outcome.status_code,
            "event": self.event,
            "action": self.action,
            "installation_id": None,
            "repository_id": self.repository_id,
            "throttled_at": None,
        }

    def full(self) -> dict[str, Any]:
        """Shape it with what was sent and what was answered."""
        return self.brief() | {
            "url": self.url,
            "request": {"headers": dict(self.headers), "payload": json.loads(self.payload)},
            "response": {
                "headers": None if self.outcome.headers is None else dict(self.outcome.headers),
                "payload": self.outcome.body,
            },
        }


class Deliveries:
    """Keep deliveries for three days."""

    def __init__(self, *, clock: Callable[[], int], lock: RLock) -> None:
        self._clock = clock
        self._lock = lock
        self._kept: list[Delivery] = []
        self._ids = count(_FIRST_ID)

    def add(self, delivery: Delivery) -> Delivery:
        """Record an attempt, under an id of its own."""
        with self._lock:
            kept = replace(delivery, id=next(self._ids))
            self._kept.append(kept)
            return kept

    def of(self, hook_id: int) -> list[Delivery]:
        """Return what was delivered to a hook in the last three days, newest first."""
        with self._lock:
            oldest = self._clock() - KEPT_MS
            self._kept = [delivery for delivery in self._kept if delivery.delivered_at >= oldest]
            return [delivery for delivery in reversed(self._kept) if delivery.hook_id == hook_id]

    def get(self, hook_id: int, delivery_id: int) -> Delivery | None:
        """Return one delivery to a hook, for as long as it is remembered."""
        return next((delivery for delivery in self.of(hook_id) if delivery.id == delivery_id), None)
