"""Send queued entries to the `post` queue, never more than it should hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from chalicelib.domain.entry import waiting_since
from chalicelib.domain.lifecycle import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Ports, Queue

ROOM = 300
"""While the `post` queue holds this many messages or more, entries wait in the ledger."""
FULL = 600
"""How many messages the tick fills the queue up to."""
OPENING_SHARE = 150
"""How many entries one opening sends itself: more than a minute's worth at Noko's pace, so that the next tick
comes before they run out; and two openings and a tick at the same instant stay at 900 messages."""
KNOWN_MS = 600_000
"""For so long a process that found room does without looking again; about as long as Lambda keeps an idle one."""


@dataclass(slots=True)
class _Share:
    """What a process knows of the `post` queue since it asked: that it was full, or how many more it may send."""

    asked_at: int
    has_room: bool
    left: int

    def serves(self, wanted: int, *, now: int, again_ms: int) -> bool:
        """Tell whether the queue need not be asked again before `wanted` entries are sent."""
        age = now - self.asked_at
        return 0 <= age <= KNOWN_MS and self.left >= wanted if self.has_room else 0 <= age < again_ms


_SHARES: WeakKeyDictionary[Queue, _Share] = WeakKeyDictionary()
"""The share that this process has, by queue."""


def room_for_opening(wanted: int, *, ports: Ports) -> int:
    """Say how many entries an opening that has `wanted` may send itself; the tick sends the rest.

    One look at the queue is good for the share of one opening, however many use it, and for ten minutes. So two
    processes that open still have two shares at most that the queue does not know of. A queue found full is looked
    at again when the tick has come.
    """
    now, share = ports.clock.now(), _SHARES.get(ports.queue)
    if share is None or not share.serves(min(wanted, OPENING_SHARE), now=now, again_ms=ports.intervals.sweep_ms):
        has = has_room(ports=ports)
        _SHARES[ports.queue] = share = _Share(now, has_room=has, left=OPENING_SHARE if has else 0)
    return share.left


def use_room(count: int, *, ports: Ports) -> None:
    """Take so many entries off the share that `room_for_opening` told of."""
    _SHARES[ports.queue].left -= count


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
    now = ports.clock.now()
    if bucket.is_closed or depth >= ROOM:
        waiting = (ports.ledger.entry(queued.key) for queued in ports.ledger.queued(due_before=now, limit=1))
        _tell_oldest([entry for entry in waiting if entry is not None and entry.status is Status.QUEUED], ports=ports)
        return 0
    resend = ports.intervals.resend_ms
    dropped_until = bucket.resumed_at + resend if bucket.resumed_at <= now else 0
    due = ports.ledger.queued(due_before=max(now, dropped_until), limit=FULL - depth)
    marked = (ports.ledger.mark_sent(queued, sent_at=now, due_at=now + resend) for queued in due)
    entries = [entry for entry in marked if entry is not None]
    ports.queue.send_entries([entry.key for entry in entries])
    _tell_oldest(entries, ports=ports)
    return len(entries)


def _tell_oldest(entries: Sequence[Entry], *, ports: Ports) -> None:
    """Tell how long the oldest of some entries that wait has waited; nothing if none does."""
    if entries:
        waiting_s = (ports.clock.now() - min(map(waiting_since, entries))) // 1000
        ports.telemetry.event("entries_wait", count=len(entries), waiting_s=waiting_s)
