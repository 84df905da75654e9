"""A real instance in a process of its own; AWS and the sandbox live here, where tests can watch and steer them."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
import requests

from devstack.aws import EmbeddedAws
from devstack.push import headers, push
from devstack.sandbox import Sandbox, serve
from standalone.run_file import read

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
    """What outlives an instance: AWS, Noko, and the folder for local state."""

    def __init__(self, data):
        self.data = data
        self.sandbox = Sandbox()
        self.sandbox.limiter = None
        self.noko = serve(self.sandbox)
        self.aws = EmbeddedAws()
        self.running = []

    def environment(self, **changes):
        plain = {
            "NOKO_BASE_URL": self.noko.url,
            "NOKO_TOKEN": "sandbox-token",
            "AWS_ENDPOINT_URL": self.aws.url,
            "GITHUB_WEBHOOK_SECRETS": SECRET,
            "TALLYHOOK_DATA": str(self.data),
            "PORT": "0",
            **FAST,
        }
        merged = {**os.environ, **plain, **changes}
        return {name: value for name, value in merged.items() if value is not None}

    def spawn(self, **changes):
        return subprocess.Popen(
            [sys.executable, "-m", "devstack"],
            cwd=ROOT,
            env=self.environment(**changes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def start(self, **changes):
        process = self.spawn(**changes)
        self.running.append(process)
        process_errors = process.stderr
        os.set_blocking(process_errors.fileno(), False)
        card = eventually(lambda: self._card(process), seconds=30)
        return Running(process, f"http://127.0.0.1:{card.port}", self.data)

    def _card(self, process):
        if process.poll() is not None:
            pytest.fail(f"the instance ended: {process.stderr.read()}")
        cards = (read(self.data, int(path.stem.removeprefix("run-"))) for path in self.data.glob("run-*.json"))
        return next((card for card in cards if card is not None and card.pid == process.pid), None)

    def close(self):
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait(timeout=10)
            process.stderr.close()
        self.noko.close()
        self.aws.close()

    def settled(self):
        """Tell whether every entry in the table is logged."""
        client = boto3.client(
            "dynamodb",
            endpoint_url=self.aws.url,
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        try:
            items = client.scan(TableName="tallyhook")["Items"]
        finally:
            client.close()
        return {item["status"]["S"] for item in items if item["SK"]["S"] == "entry"} == {"logged"}

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


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def patience():
    return eventually
