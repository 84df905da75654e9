"""Instances in processes of their own, on one store and one Noko that outlive them."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import requests

from chalicelib.settings import ACCOUNT
from chalicelib.table.ledger import TableLedger
from devstack.environment import without_noko
from devstack.push import headers
from devstack.sandbox import Sandbox, serve
from devstack.sandbox.account import TOKEN
from proof.fleet_store import STORES
from standalone.run_file import read

ROOT = Path(__file__).parent.parent.parent
SECRET = "proof-secret"
HASTE = {"LEASE_SECONDS": "8", "SETTLE_SECONDS": "1", "SECOND_LOOK_SECONDS": "1", "THROTTLE_INTERVAL_MS": "10"}
NOKO_MS = 150
"""How long Noko takes to answer: long enough for a kill to strike in the middle."""
START_S = 60.0
STOP_S = 30.0
SEND_S = 300.0
POLL_S = 0.25
GLANCE_S = 0.02
ANSWER_S = 30.0
ALWAYS = 2**60
MANY = 1000
HOUR_MS = 3_600_000


class Fleet:
    """`size` instances, each started again when it was killed; `data` is their common folder, and their log's.

    `sweep_s` is the seconds from tick to tick: the emulated table reads all it holds for every look at an index.
    `store` is "aws" or "sqlite".
    """

    def __init__(self, data, *, size, sweep_s, store="aws"):
        self._data = data
        self._sweep_s = sweep_s
        self.kills = 0
        self.refusals = 0
        self._refused = threading.Lock()
        with contextlib.ExitStack() as closing:
            self.sandbox = Sandbox(latency_ms=NOKO_MS)
            self.sandbox.limiter = None  # the pace is not what is proven here
            self._noko = serve(self.sandbox)
            closing.callback(self._noko.close)
            self.store = STORES[store](data)
            closing.callback(self.store.close)
            self._processes = []
            closing.callback(self._kill_all)
            self._processes += [self._spawn() for _ in range(size)]
            self._wait_for_cards()
            self._ledger = TableLedger(self.store.table, account=ACCOUNT)
            self._began = _now()
            self._closing = closing.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._closing.close()

    def _spawn(self):
        environment = {
            **without_noko(os.environ),
            "NOKO_BASE_URL": self._noko.url,
            "NOKO_TOKEN": TOKEN,
            **self.store.environment,
            "GITHUB_WEBHOOK_SECRETS": SECRET,
            "TALLYHOOK_DATA": str(self._data),
            "PORT": "0",
            "SWEEP_SECONDS": str(self._sweep_s),
            **HASTE,
        }
        command = [sys.executable, "-m", "cli", "serve"]
        with (self._data / "instances.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)

    def _cards(self):
        """Return the cards of the processes that run now."""
        ports = (int(path.stem.removeprefix("run-")) for path in self._data.glob("run-*.json"))
        mine = {process.pid for process in self._processes}
        return [card for card in (read(self._data, port) for port in ports) if card and card.pid in mine]

    def _wait_for_cards(self):
        ends = time.monotonic() + START_S
        while len(self._cards()) < len(self._processes) and time.monotonic() < ends:
            time.sleep(POLL_S)

    def send(self, raw):
        """Bring a signed push to a door that takes it, as often as it takes; raises TimeoutError."""
        signed, ends = headers(raw, SECRET), time.monotonic() + SEND_S
        while time.monotonic() < ends:
            for card in self._cards():
                with contextlib.suppress(requests.RequestException):
                    url = f"http://127.0.0.1:{card.port}/webhooks/github"
                    if requests.post(url, data=raw, headers=signed, timeout=ANSWER_S).ok:
                        return
                with self._refused:
                    self.refusals += 1
            time.sleep(POLL_S)
        raise TimeoutError("no door took the push")

    def kill(self, numbers):
        """Kill instances without warning, and start others in their places."""
        for number in numbers:
            self._processes[number].kill()
            self._processes[number].wait()
            self._processes[number] = self._spawn()
            self.kills += 1

    def wait_for_entries(self, count, *, longest_s):
        """Wait until Noko holds `count` entries, or for `longest_s`."""
        ends = time.monotonic() + longest_s
        while len(self.sandbox.books.entries()) < count and time.monotonic() < ends:
            time.sleep(GLANCE_S)

    def wait_until_at_rest(self, count, *, patience_s):
        """Wait until Noko holds `count` entries and nothing is open; give up after `patience_s` without a new one."""
        held, ends = 0, time.monotonic() + patience_s
        while time.monotonic() < ends:
            holds = len(self.sandbox.books.entries())
            if holds >= count and not (self._open() or self._open()):  # what moves on under one look shows in the next
                return
            if holds > held:
                held, ends = holds, time.monotonic() + patience_s
            time.sleep(POLL_S)

    def _open(self):
        """Tell whether anything is left for the tick to move on.

        What is due is read anew one by one, and the first may be logged by then: that says nothing of the others.
        """
        ledger = self._ledger
        return bool(
            ledger.unopened(now=ALWAYS, limit=1)
            or ledger.queued(due_before=ALWAYS, limit=1)
            or ledger.due(now=ALWAYS, limit=MANY)
        )

    def entries(self):
        """Read all entries from the ledger."""
        return list(self._ledger.entries(since=self._began - HOUR_MS, until=_now() + HOUR_MS))

    def stop(self):
        """Tell all instances to stop; return how many had no card of their own, or did not stop well."""
        self._wait_for_cards()
        strays = len(self._processes) - len(self._cards())
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        return strays + sum(process.wait(timeout=STOP_S) != 0 for process in self._processes)

    def lost_attempts(self):
        """Count the attempts whose worker never came back."""
        return sum(item.get("outcome") == "lost" for item in self.store.table.scan())

    def crashes(self):
        """Count the errors that nobody foresaw."""
        return (self._data / "instances.log").read_bytes().count(b" ! invocation_crashed ")

    def _kill_all(self):
        for process in self._processes:
            process.kill()
            process.wait()


def _now():
    return time.time_ns() // 1_000_000
