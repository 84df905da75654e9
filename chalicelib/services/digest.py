"""Once a day, tell what waits for somebody; nothing when nothing does, and never unless it is configured."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain import digest as digests
from chalicelib.domain.interval import LEASE_MARGIN_MS, MIN_REMAINING_MS
from chalicelib.domain.letter import Letter
from chalicelib.domain.schedule import Schedule
from chalicelib.services import run as runs
from chalicelib.services import telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.digest import Waiting
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports

KIND = "digest"
MOST_READ = 500
"""Entries that are read for one digest: it lists fifty."""


def tell_digest(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Write today's digest once its hour has come, and have it delivered to each address. Raises StoreUnavailable.

    A digest that was missed is told as soon as somebody ticks again, as long as its day lasts. Of what could not be
    read, all that came since the hour of the day before is told, so that a late digest leaves no gap.
    """
    table, now = routing.digest, ports.clock.now()
    if table is None or now > deadline - MIN_REMAINING_MS:
        return
    day = dt.datetime.fromtimestamp(now / 1000, ZoneInfo(routing.defaults.timezone)).date()
    hour = Schedule(dt.time.fromisoformat(table.at), routing.defaults.timezone)
    if now < hour.due_on(day):
        return
    known = ports.ledger.run(KIND, day.isoformat())
    if known is not None and known.finished_at is not None:
        return
    run = runs.claim(KIND, day.isoformat(), lease_until=deadline + LEASE_MARGIN_MS, ports=ports)
    if run is None:
        return
    waiting = list(_waiting(hour.due_on(day - dt.timedelta(days=1)), now, ports=ports))
    if waiting:
        data, text = digests.data(day, waiting), digests.text(day, waiting)
        telling.post(
            (
                Letter(f"digest-{day.isoformat()}-{number}", "tallyhook.digest", address, now, text, data)
                for number, address in enumerate(table.notify)
            ),
            ports=ports,
        )
    runs.finish(run, json.dumps({"waiting": len(waiting)}), ports=ports)
    ports.telemetry.event("digest", day=day.isoformat(), waiting=len(waiting))


def _waiting(since: int, now: int, *, ports: Ports) -> Iterator[Waiting]:
    for key in ports.ledger.waiting(limit=MOST_READ):
        entry = ports.ledger.entry(key)
        if entry is not None and entry.status in digests.WAITING:
            yield digests.of_entry(entry)
    for stored in ports.ledger.deliveries(since=since, until=now):
        yield from (digests.of_note(note) for note in stored.delivery.notes if note.kind == digests.MALFORMED)
