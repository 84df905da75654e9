"""A real instance in a process of its own; the sandbox, and AWS if it is the store, live here, to be steered."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import pytest
import requests

from chalicelib.aws.table import DynamoTable
from chalicelib.settings import AWS, DEFAULT_TABLE, SQLITE
from devstack.aws import EmbeddedAws
from devstack.push import headers, push
from devstack.sandbox import Sandbox, serve
from standalone.database import Database
from standalone.environment import store_file
from standalone.run_file import read
from standalone.table import SqliteTable

ROOT = Path(__file__).parent.parent.parent
SECRET = "journey-secret"
FAST = {
    "LEASE_SECONDS": "8",
    "SETTLE_SECONDS": "1",
    "SECOND_LOOK_SECONDS": "1",
    "SWEEP_SECONDS": "1",
    "THROTTLE_INTERVAL_MS": "40",
}


@dataclasses.dataclass
class Running:
    process: subprocess.Popen
    url: str
    data: Path

    def push(self, commits=1, *, seed="s", branch="main", raw=None):
        raw = raw or push(commits, seed=seed).replace(b"refs/heads/main", f"refs/heads/{branch}".encode())
        return requests.post(f"{self.url}/webhooks/github", data=raw, headers=headers(raw, SECRET), timeout=30)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=10)


class World:
    """What outlives an instance: Noko, the folder for local state, and AWS unless the store is a file in there."""

    def __init__(self, data, store, said):
        self.data = data
        self.store = store
        self.sandbox = Sandbox()
        self.sandbox.limiter = None
        self.noko = serve(self.sandbox)
        self.aws = EmbeddedAws() if store == AWS else None
        self.running = []
        self._said = said  # a file, since a pipe that nobody reads would stop an instance that says much

    def environment(self, **changes):
        plain = {
            "NOKO_BASE_URL": self.noko.url,
            "NOKO_TOKEN": "sandbox-token",
            "STORE": self.store,
            "AWS_ENDPOINT_URL": self.aws.url if self.aws else None,
            "GITHUB_WEBHOOK_SECRETS": SECRET,
            "TALLYHOOK_DATA": str(self.data),
            "PORT": "0",
            **FAST,
        }
        merged = {**os.environ, **plain, **changes}
        return {name: value for name, value in merged.items() if value is not None}

    def spawn(self, *, stderr=subprocess.PIPE, **changes):
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "serve"],
            cwd=ROOT,
            env=self.environment(**changes),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )

    def start(self, **changes):
        process = self.spawn(stderr=self._said, **changes)
        self.running.append(process)
        card = eventually(lambda: self._card(process), seconds=30)
        return Running(process, f"http://127.0.0.1:{card.port}", self.data)

    def _card(self, process):
        if process.poll() is not None:
            self._said.seek(0)
            pytest.fail(f"the instance ended: {self._said.read()}")
        cards = (read(self.data, int(path.stem.removeprefix("run-"))) for path in self.data.glob("run-*.json"))
        return next((card for card in cards if card is not None and card.pid == process.pid), None)

    def close(self):
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait(timeout=10)
        self.noko.close()
        if self.aws is not None:
            self.aws.close()

    def settled(self):
        """Tell whether every entry in the table is logged."""
        with self.table() as table:
            return {item["status"] for item in table.scan() if item["SK"] == "entry"} == {"logged"}

    @contextlib.contextmanager
    def table(self):
        """Give the store's table, beside the instance that works on it."""
        if self.store == SQLITE:
            with contextlib.closing(Database(store_file(self.data, sandbox=False))) as database:
                yield SqliteTable(database)
            return
        names = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
        with contextlib.closing(boto3.client("dynamodb", endpoint_url=self.aws.url, **names)) as client:
            yield DynamoTable(client, DEFAULT_TABLE, now=lambda: 0)

    def source_urls(self):
        return sorted(entry.source_url for entry in self.sandbox.books.entries())


def eventually(probe, *, seconds=60):
    """Return what `probe` returns once it is true, or fail."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := probe():
            return found
        time.sleep(0.1)
    return pytest.fail(f"not within {seconds} seconds")


@pytest.fixture(params=[SQLITE, AWS])
def world(request, tmp_path):
    with tempfile.TemporaryFile("a+") as said:
        world = World(tmp_path, request.param, said)
        yield world
        world.close()


@pytest.fixture
def patience():
    return eventually
