"""When to try again, as values that somebody else acts on."""

from __future__ import annotations

FIRST_DELAY_S = 5
MAX_DELAY_S = 900
"""SQS delays a message by 15 minutes at most (AWS: SendMessage, DelaySeconds)."""


def delay_s(attempt: int) -> int:
    """Return the seconds until the next try after `attempt` (1-based) did not happen: doubling, to 15 minutes."""
    return int(min(MAX_DELAY_S, FIRST_DELAY_S * 2 ** min(max(attempt - 1, 0), 20)))
