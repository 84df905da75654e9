"""The drain: how near to Noko's pace entries get there, alone and beside many jobs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import requests

from chalicelib.domain.throttle import Kind
from chalicelib.errors import Unavailable
from chalicelib.services.directory import fetch
from chalicelib.services.slot import wait_for_slot
from devstack.bench.calls import MOST_CALLS, billed
from devstack.bench.figure import Figure
from devstack.bench.workbench import SECRET, Workbench, workbench
from devstack.mailbox import SqsMailboxes
from devstack.push import headers, push
from standalone.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = 120
LATENCY_MS = 300
NOKO_RATE = 2.0
JOBS = 16
PATIENCE_S = 180


def measure() -> Iterator[Figure]:
    """Drain the same push twice: alone, and while jobs ask for slots all the time."""
    with workbench(latency_ms=LATENCY_MS) as bench:
        rate = _drain(bench, "alone", jobs=0)
        name = f"drain, {ENTRIES} entries at {LATENCY_MS} ms: share of {NOKO_RATE:g} requests a second"
        yield Figure(name, 100 * rate / NOKO_RATE, 98.5, "%", at_least=True)
        name = f"drain, AWS calls per entry, {ENTRIES} that wait for slots, ticks included"
        yield Figure(name, billed(bench.aws.calls) / ENTRIES, MOST_CALLS)
        limiter = bench.sandbox.limiter
        assert limiter is not None
        yield Figure("drain, the most that the limiter slowed one down", limiter.max_delay_ms, 500, "ms")
        yield Figure("drain, requests that the limiter turned away", limiter.rejected, 0)
    with workbench(latency_ms=LATENCY_MS) as bench:
        rate = _drain(bench, "beside", jobs=JOBS)
        name = f"drain beside {JOBS} jobs: the postings' share of {NOKO_RATE:g} a second"
        yield Figure(name, 100 * rate / NOKO_RATE, 50, "%", at_least=True)


def _drain(bench: Workbench, seed: str, *, jobs: int) -> float:
    """Push, wait until all is logged, and return the entries a second between the first and the last."""
    stop = threading.Event()
    asking = [threading.Thread(target=_ask_for_slots, args=(bench, stop), daemon=True) for _ in range(jobs)]
    bench.aws.calls.clear()
    fetch(ports=bench.house.ports)  # people and projects are jobs too: what is measured here is the postings
    with Instance(bench.house, SqsMailboxes(bench.house.settings), port=0) as instance:
        for thread in asking:
            thread.start()
        raw = push(ENTRIES, seed=seed)
        url = f"{instance.url}/webhooks/github"
        assert requests.post(url, data=raw, headers=headers(raw, SECRET), timeout=30).status_code == 202
        ends = time.monotonic() + PATIENCE_S
        while len(bench.sandbox.books.entries()) < ENTRIES and time.monotonic() < ends:
            time.sleep(0.5)
        stop.set()
        for thread in asking:
            thread.join()
    arrivals = [arrival.at for arrival in bench.sandbox.journal.arrivals("POST", "/entries")]
    assert len(bench.sandbox.books.entries()) == ENTRIES, "not everything was drained"
    return 1000 * (len(arrivals) - 1) / (arrivals[-1] - arrivals[0])


def _ask_for_slots(bench: Workbench, stop: threading.Event) -> None:
    """Do as a job does that never ends: take slot after slot (and send nothing: the pace is what counts)."""
    ports = bench.house.ports
    while not stop.is_set():
        try:
            wait_for_slot(
                Kind.JOB,
                throttle=ports.throttle,
                clock=ports.clock,
                telemetry=ports.telemetry,
                until=ports.clock.now() + 5_000,
            )
        except Unavailable:
            continue
