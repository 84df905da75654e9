"""Which events a hook failed to hand over, by the list of its attempts, and what is to be done about each.

GitHub never delivers again by itself; on request it does for three days
(https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from chalicelib.github.models import HookDelivery

TOO_LARGE = 413
TRIES_OF_A_LARGE_ONE = 2
"""A 413 may come from something on the way that is gone by now, so once more is tried."""
TRIES_OF_A_BROKEN_ONE = 3
"""So often a delivery fails with a 5xx, while others succeed, until its size is suspected."""
MAX_TRIES = 8
"""So often a delivery fails in another way, while others succeed, until it is given up."""


class Remedy(StrEnum):
    """What is to be done about an event that was not handed over."""

    REDELIVER = "redeliver"
    READ = "read"
    """Its body does not fit through the door: read the commits from the API instead."""
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Lost:
    """An event that no attempt handed over; `latest` is the last of its `tries`, `first_at` in milliseconds."""

    guid: str
    latest: HookDelivery
    first_at: int
    tries: int
    remedy: Remedy


def lost(attempts: Iterable[HookDelivery]) -> list[Lost]:
    """Return the pushes among the attempts of one hook, in any order, of which none succeeded; oldest first.

    Attempts of other events only tell whether somebody was there to take them.
    """
    by_guid: dict[str, list[HookDelivery]] = defaultdict(list)
    served_at: dt.datetime | None = None
    for attempt in attempts:
        if attempt.succeeded and (served_at is None or attempt.delivered_at > served_at):
            served_at = attempt.delivered_at
        if attempt.event == "push":
            by_guid[attempt.guid].append(attempt)
    found = []
    for guid, tries in by_guid.items():
        if any(attempt.succeeded for attempt in tries):
            continue
        tries.sort(key=lambda attempt: (attempt.delivered_at, attempt.id))
        first_at = int(tries[0].delivered_at.timestamp() * 1000)
        found.append(Lost(guid, tries[-1], first_at, len(tries), _remedy(tries, served_at)))
    return sorted(found, key=lambda each: (each.first_at, each.guid))


def _remedy(tries: Sequence[HookDelivery], served_at: dt.datetime | None) -> Remedy:
    def others_succeeded_since(number: int) -> bool:
        """Tell whether the hook handed something over since the last try but `number`."""
        return len(tries) >= number and served_at is not None and served_at > tries[-number].delivered_at

    code = tries[-1].status_code
    if code == TOO_LARGE:
        return Remedy.READ if len(tries) >= TRIES_OF_A_LARGE_ONE else Remedy.REDELIVER
    if code >= 500 and others_succeeded_since(TRIES_OF_A_BROKEN_ONE):
        return Remedy.READ
    return Remedy.GIVE_UP if others_succeeded_since(MAX_TRIES) else Remedy.REDELIVER
