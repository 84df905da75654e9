"""Take a delivery in: one conditional write is the commit point, one message is the hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import StoreUnavailable

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.sources.delivery import Delivery


def take(delivery: Delivery, *, ports: Ports) -> bool:
    """Store a delivery and ask for it to be opened; return False if it is an exact redelivery.

    Two calls to AWS, plus one for each further 350 KB of drafts. Raises StoreUnavailable when it is not known
    to be stored: then the sender must see a failure, since GitHub never redelivers by itself. Once it is
    stored, nothing fails any more: what the queue loses, the tick finds.
    """
    now = ports.clock.now()
    due_at = now + ports.intervals.sweep_ms
    stored = ports.ledger.accept(delivery, now=now, due_at=due_at, stamp=ports.tokens.fresh())
    if stored is None or stored.opened_at is None:
        try:
            ports.queue.send_delivery(delivery.key)
        except StoreUnavailable:
            ports.telemetry.event("delivery_not_announced", delivery=delivery.key)
    ports.telemetry.event(
        "delivery_duplicate" if stored else "delivery_accepted",
        delivery=delivery.key,
        drafts=len(delivery.drafts),
        notes=len(delivery.notes),
    )
    return stored is None
