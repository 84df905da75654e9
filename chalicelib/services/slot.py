"""Wait for a slot of the shared throttle."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.throttle import Corrupt, Kind, Slot, Suspended, Wait
from chalicelib.errors import Paused, Unavailable

if TYPE_CHECKING:
    from chalicelib.ports import Clock, Telemetry, Throttle


class NoSlotError(Unavailable):
    """No slot before the caller's time runs out; nothing was sent."""


def wait_for_slot(kind: Kind, *, throttle: Throttle, clock: Clock, telemetry: Telemetry, until: int) -> Slot:
    """Take a slot, sleep until it, and return it.

    Raises NoSlotError when none comes before `until` (ms), Paused while calls of this kind are suspended, and
    whatever the throttle raises.
    """
    while True:
        now = clock.now()
        decision = throttle.reserve(kind, now=now)
        match decision:
            case Slot():
                clock.sleep_until(decision.at)
                return decision
            case Wait():
                if decision.until > until:
                    raise NoSlotError("no slot before the time ran out")
                clock.sleep_until(decision.until)
            case Suspended():
                raise Paused(decision.reason)
            case Corrupt():
                telemetry.alarm("throttle_corrupt", field=decision.field)
                if now >= until:
                    raise NoSlotError("the throttle's item was corrupt")
            case _:
                assert_never(decision)
