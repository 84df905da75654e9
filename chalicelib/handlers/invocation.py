"""What an invocation knows of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.app import CloudWatchEvent, SQSEvent

    from chalicelib.bootstrap import House


def deadline(event: SQSEvent | CloudWatchEvent, house: House) -> int:
    """Return when this invocation is killed, in milliseconds since the epoch."""
    return house.clock.now() + int(event.context.get_remaining_time_in_millis())
