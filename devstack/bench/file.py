"""The store in a file: what a long backlog costs it, and how it does beside the embedded AWS, in one run each."""

from __future__ import annotations

import hashlib
import statistics
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import requests

from chalicelib import bootstrap
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.queue import key_of
from chalicelib.domain import transition
from chalicelib.domain.entry import Entry, Route
from chalicelib.domain.lifecycle import Status
from chalicelib.handlers import webhooks
from chalicelib.settings import ACCOUNT, SQLITE
from chalicelib.table.entry_item import to_item
from chalicelib.table.layout import Layout
from devstack.bench.figure import Figure
from devstack.bench.workbench import SECRET, Quiet, Workbench, workbench
from devstack.mailbox import SqsMailboxes
from devstack.push import headers, push
from standalone.gateway import Gateway
from standalone.instance import Instance
from standalone.store import open_store
from standalone.table import put_item
from standalone.wsgi import WsgiServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.bootstrap import House
    from standalone.mailbox import Mailboxes

BACKLOG = 100_000
ROUNDS = 300
WARM_UP = 30
LONGER = 1.5
LOOK_MS = 100
LOOKED_AT = 600
DRAINED = 140
"""As many as one opening sends itself: what is measured is the work, not the wait for the next tick."""
PATIENCE_S = 120.0
FOREVER = 2**60


class FileBench:
    """A house over a fresh file."""

    def __init__(self, bench: Workbench, name: str) -> None:
        settings = replace(bench.house.settings, store=SQLITE)
        self.store = open_store(bench.data / name, settings=settings, clock=SystemClock())
        bench.closing.callback(self.store.close)
        self.house = bootstrap.House(settings, telemetry=Quiet(), stores=self.store.stores)
        self._made = 0

    def queue(self, count: int) -> None:
        """Put queued entries into the ledger, and a message for each into the queue, all in one transaction."""
        raw = push(1, seed="model")
        delivery = webhooks.read(headers(raw, SECRET), raw, self.house)
        now, layout, keys = self.house.clock.now(), Layout(ACCOUNT), []
        with self.store.database.writing() as connection:
            for number in range(self._made, self._made + count):
                sha = hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()
                draft = replace(delivery.drafts[0], key=f"github:{sha}")
                entry = Entry(
                    key=draft.key,
                    status=Status.QUEUED,
                    draft=draft,
                    delivery=delivery.key,
                    received_at=now,
                    opened_at=now,
                    route=Route(1, "Gear GmbH", 1, "jane@acme.example"),
                    due_at=now,
                    changed_at=now,
                    stamp="bench",
                )
                item = to_item(entry, layout)
                put_item(connection, {name: value for name, value in item.items() if value is not None})
                keys.append(draft.key)
        self._made += count
        self.store.queue.send_entries(keys)

    def claim(self) -> None:
        """Do what a worker does before it posts, and its acknowledgement: four steps on the file."""
        ledger, queue = self.store.stores.ledger, self.store.queue
        message = queue.take("post")
        assert message is not None
        entry = ledger.entry(key_of(message.body))
        assert entry is not None
        now = self.house.clock.now()
        ledger.swap(entry, transition.claim(entry, now=now, token="bench-claim", lease_until=now + 1))  # noqa: S106
        queue.delete(message)

    def look(self) -> None:
        """Do what a tick does to see whether there is room for more messages, and for which."""
        self.store.queue.depth()
        assert len(self.store.stores.ledger.queued(due_before=FOREVER, limit=LOOKED_AT)) == LOOKED_AT


def measure() -> Iterator[Figure]:
    """Measure by turns: an empty file and one with a backlog, then a file and the embedded AWS."""
    with workbench() as bench:
        empty, full = FileBench(bench, "empty.db"), FileBench(bench, "full.db")
        full.queue(BACKLOG)
        yield _ratio("door, one commit, 100,000 queued", _doors(full.house, empty.house), LONGER)
        yield _ratio("claim, 100,000 queued", _claims(full, empty), LONGER)
        yield Figure(f"tick, 100,000 queued: depth, and the first {LOOKED_AT}", _median_ms(full.look), LOOK_MS, "ms")
        yield _ratio("door, one commit, file to embedded AWS", _doors(empty.house, bench.house), 1)
    with workbench(interval_ms=1) as bench:
        bench.sandbox.limiter = None
        ours = FileBench(bench, "drain.db")
        times = (
            _drain(bench, ours.house, ours.store.mailboxes),
            _drain(bench, bench.house, SqsMailboxes(bench.house.settings)),
        )
        yield _ratio(f"drain, {DRAINED} entries, file to embedded AWS", times, 1)


def _ratio(name: str, times_ms: tuple[float, float], bound: float) -> Figure:
    ours, theirs = times_ms
    return Figure(f"{name} ({ours:.1f} to {theirs:.1f} ms)", ours / theirs, bound, "×")


def _doors(*houses: House) -> tuple[float, float]:
    """Return how long each house's door takes for a push of one commit, by turns."""
    import app  # noqa: PLC0415 - after the environment is set

    server = WsgiServer(Gateway(app.app))
    one, other = houses
    times: dict[House, list[float]] = {house: [] for house in houses}
    try:
        with requests.Session() as session:
            for number in range(ROUNDS + WARM_UP):
                raw = push(1, seed=f"door-{number}-{id(one)}")
                for house, taken in times.items():
                    bootstrap.move_in(house)
                    start = time.perf_counter()
                    answer = session.post(
                        f"{server.url}/webhooks/github", data=raw, headers=headers(raw, SECRET), timeout=30
                    )
                    taken.append(time.perf_counter() - start)
                    assert answer.status_code == 202, answer.text
    finally:
        server.close()
    return _p50(times[one]), _p50(times[other])


def _claims(full: FileBench, empty: FileBench) -> tuple[float, float]:
    """Return how long each takes to hand an entry to a worker, by turns; the empty one holds no other."""
    times: dict[FileBench, list[float]] = {full: [], empty: []}
    for _ in range(ROUNDS + WARM_UP):
        for bench, taken in times.items():
            bench.queue(1)
            start = time.perf_counter()
            bench.claim()
            taken.append(time.perf_counter() - start)
    return _p50(times[full]), _p50(times[empty])


def _median_ms(look: Callable[[], None]) -> float:
    times = []
    for _ in range(WARM_UP):
        start = time.perf_counter()
        look()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def _p50(taken: list[float]) -> float:
    return 1000 * statistics.median(taken[WARM_UP:])


def _drain(bench: Workbench, house: House, mailboxes: Mailboxes) -> float:
    """Push, and return how long it takes until all is logged, in milliseconds."""
    bootstrap.move_in(house)
    before = len(bench.sandbox.books.entries())
    raw = push(DRAINED, seed=f"drain-{before}")
    with Instance(house, mailboxes, port=0) as instance:
        start = time.perf_counter()
        requests.post(f"{instance.url}/webhooks/github", data=raw, headers=headers(raw, SECRET), timeout=30)
        while (done := len(bench.sandbox.books.entries()) - before) < DRAINED:
            assert time.perf_counter() - start < PATIENCE_S, f"{done} of {DRAINED} were drained"
            time.sleep(0.02)
        return 1000 * (time.perf_counter() - start)
