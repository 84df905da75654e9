"""Take a delivery in: one conditional write is the commit point, one message is the hint."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.entry import Note
from chalicelib.errors import StoreUnavailable

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.sources.delivery import Delivery
    from chalicelib.sources.forms.delivery import Reading

WINDOW_MS = 600_000
"""For so long equal submissions without an id count as one."""


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


def take_submission(reading: Reading, *, ports: Ports) -> tuple[Delivery, bool]:
    """Take a form's submission in; return its delivery, and False with it if it was there already.

    What has no id takes one write more, before the others: it decides since when equal submissions count as one, and
    so the key. That write commits to nothing. A crash after it, or any number of equal submissions at the same time,
    find the same instant and the same key, and the delivery under it is put once. Raises as `take` does.
    """
    first_at = None
    if reading.window is not None:
        first_at = ports.ledger.first_of(reading.window, now=ports.clock.now(), window_ms=WINDOW_MS)
    delivery = reading.delivery(first_at)
    is_new = take(delivery, ports=ports)
    if is_new or first_at is None:
        return delivery, is_new
    repeated = _repeated(delivery, first_at)
    try:
        ports.ledger.put_note(repeated, delivery=delivery.key, now=ports.clock.now())
    except StoreUnavailable:
        ports.telemetry.event("note_not_kept", entry=repeated.subject)
    return replace(delivery, drafts=(), notes=(repeated,)), False


def _repeated(delivery: Delivery, first_at: int) -> Note:
    """Say that an equal submission was there already: its sender may have meant more work."""
    began = dt.datetime.fromtimestamp(first_at / 1000, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    reason = (
        f"taken for the equal submission of {began} UTC: it came within {WINDOW_MS // 60_000} minutes, and neither has "
        "an id; if it is more work, send it again later, or with an id"
    )
    return Note(delivery.drafts[0].key, "skipped", reason)
