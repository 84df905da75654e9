"""Send queued entries to the `post` queue, never more than it should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.ports import Ports

ROOM = 300
"""While the `post` queue holds this many messages or more, entries wait in the ledger."""
FULL = 600
"""How many messages the tick fills the queue up to."""
OPENING_SHARE = 150
"""How many entries one opening sends itself: more than a minute's worth at Noko's pace, so that the next tick
comes before they run out; and two openings and a tick at the same instant stay at 900 messages."""


def room_for_opening(*, ports: Ports) -> int:
    """Say how many entries an opening may send itself; the tick sends the rest."""
    return OPENING_SHARE if has_room(ports=ports) else 0


def has_room(*, ports: Ports) -> bool:
    """Tell whether the `post` queue takes more than the tick would send."""
    return ports.queue.depth() < ROOM


def top_up(*, ports: Ports) -> int:
    """Send the entries that have waited longest without a message, while there is room; return how many.

    "Without a message" means: none sent in the last five sweeps, or none since the last pause ended, during
    which messages were dropped. Each entry is marked before it is sent, conditionally, so two ticks do not send
    twice; a crash between the two costs five sweeps, never the entry.
    """
    bucket = ports.throttle.state()
    depth = ports.queue.depth()
    if bucket.is_closed or depth >= ROOM:
        return 0
    now = ports.clock.now()
    resend = ports.intervals.resend_ms
    dropped_until = bucket.resumed_at + resend if bucket.resumed_at <= now else 0
    keys = [
        queued.key
        for queued in ports.ledger.queued(due_before=max(now, dropped_until), limit=FULL - depth)
        if ports.ledger.mark_sent(queued, sent_at=now, due_at=now + resend)
    ]
    ports.queue.send_entries(keys)
    return len(keys)
