"""How long things may take: the settings that tests and the devstack shorten, and the constants they must fit."""

from __future__ import annotations

from dataclasses import dataclass

CONNECT_TIMEOUT_MS = 3_000
REQUEST_TIMEOUT_MS = 12_000
"""Bound of one whole request to Noko, connecting excluded: no byte of it moves later than this."""
LEASE_MARGIN_MS = 5_000
"""What a lease lasts beyond the invocation that holds it."""
MIN_REMAINING_MS = 15_000
"""No attempt is claimed with less than this left of the invocation."""
MAX_SLOT_AGE_MS = 1_000
"""A slot older than this is void: sending late would bunch requests up."""
MIN_LEASE_MS = 8_000


@dataclass(frozen=True, slots=True)
class Intervals:
    """The adjustable durations, in milliseconds."""

    lease_ms: int = 30_000
    settle_ms: int = 120_000
    second_look_ms: int = 30_000
    sweep_ms: int = 60_000
    throttle_ms: int = 501

    @property
    def resend_ms(self) -> int:
        """How long a message may be on its way before the tick sends another one: five sweeps."""
        return 5 * self.sweep_ms


def lease_until(*, now: int, deadline: int, intervals: Intervals) -> int:
    """Return when a claim made at `now` lapses, in an invocation that is killed at `deadline`."""
    return now + min(deadline - now, intervals.lease_ms) + LEASE_MARGIN_MS


def last_byte_out(lease: int) -> int:
    """Return the instant from which no first byte may leave any more under a lease that ends at `lease`."""
    return lease - REQUEST_TIMEOUT_MS
