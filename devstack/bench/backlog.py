"""A backlog: twenty thousand queued entries, and what the ticks make of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import bootstrap
from chalicelib.handlers import webhooks
from chalicelib.services.intake import take
from chalicelib.services.opening import open_delivery
from chalicelib.services.sending import top_up
from devstack.bench.figure import Figure
from devstack.bench.workbench import SECRET, Workbench, workbench
from devstack.push import headers, push

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = 20_000
PER_PUSH = 2_000
TICKS = 4
MINUTES_WORTH = 120
MAX_MESSAGES = 900


def measure() -> Iterator[Figure]:
    """Queue them through the real intake and opening, then tick, taking a minute's worth away in between."""
    with workbench() as bench:
        ports, deepest = bench.house.ports, 0
        for number in range(ENTRIES // PER_PUSH):
            raw = push(PER_PUSH, seed=f"backlog-{number}")
            delivery = webhooks.read(headers(raw, SECRET), raw, bench.house)
            take(delivery, ports=ports)
            deadline = ports.clock.now() + 600_000
            open_delivery(delivery.key, ports=ports, routing=bench.house.routing, deadline=deadline)
            deepest = max(deepest, ports.queue.depth())
        for _ in range(TICKS):
            top_up(ports=ports)
            deepest = max(deepest, ports.queue.depth())
            _take_away(bench, MINUTES_WORTH)
        queued = sum(1 for _ in ports.ledger.queued(due_before=2**60, limit=ENTRIES))
        assert queued == ENTRIES, f"{queued} entries are queued"
        yield Figure(f"tick, {ENTRIES} queued: the most messages the queue held", deepest, MAX_MESSAGES)


def _take_away(bench: Workbench, count: int) -> None:
    """Receive and delete, as workers would that posted at Noko's pace."""
    client, url = bootstrap.client("sqs"), bench.house.settings.post_queue_url
    for _ in range(count // 10):
        for message in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
