"""An instance as `tallyhook serve` runs it, in a process of its own, on a fresh data folder and nothing else set."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from devstack.environment import without_noko
from devstack.push import headers, push
from standalone.run_file import read

ROOT = Path(__file__).parents[2]
SECRET = "serve-secret"
PLAIN = {"GITHUB_WEBHOOK_SECRETS": SECRET, "PORT": "0", "SWEEP_SECONDS": "1", "THROTTLE_INTERVAL_MS": "40"}
PATIENCE_S = 30


class Served:
    """One running instance."""

    def __init__(self, process, card, environment, output):
        self.process = process
        self.card = card
        self.url = card.url
        self.environment = environment
        self.output = output

    def get(self, path):
        return requests.get(self.url + path, timeout=10)

    def push(self, seed="s", commits=1):
        raw = push(commits, seed=seed)
        return requests.post(f"{self.url}/webhooks/github", data=raw, headers=headers(raw, SECRET), timeout=10)

    def tallyhook(self, *words):
        environment = {**self.environment, "PORT": str(self.card.port)}
        command = [sys.executable, "-m", "cli", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def entries(self):
        listed = self.tallyhook("entries", "--json")
        assert listed.returncode == 0, listed.stderr
        return [json.loads(line) for line in listed.stdout.splitlines()]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE_S)

    def kill(self):
        return self.stop(signal.SIGKILL)

    def said(self):
        return self.output.read_text(encoding="utf-8")


def eventually(probe, *, seconds=PATIENCE_S):
    """Return what `probe` returns once it is true, or fail."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := probe():
            return found
        time.sleep(0.05)
    return pytest.fail(f"not within {seconds} seconds")


@pytest.fixture
def patience():
    return eventually


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def spawn(data, tmp_path):
    """Spawn `tallyhook serve` with settings on top of the plain ones; return the process, settings and output."""
    processes = []

    def begin(*words, before=(), pass_fds=(), **settings):
        environment = {**without_noko(os.environ), **PLAIN, "TALLYHOOK_DATA": str(data), **settings}
        output = tmp_path / f"output-{len(processes)}"
        with output.open("wb") as file:
            command = [*before, sys.executable, "-m", "cli", "serve", *words]
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT, pass_fds=pass_fds
            )
        processes.append(process)
        return process, environment, output

    yield begin
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait(timeout=10)


@pytest.fixture
def start(spawn, data):
    """Start it, and wait until it serves."""

    def begin(*words, **settings):
        process, environment, output = spawn(*words, **settings)

        def card():
            assert process.poll() is None, output.read_text(encoding="utf-8")
            found = (read(data, int(path.stem.removeprefix("run-"))) for path in data.glob("run-*.json"))
            return next((each for each in found if each is not None and each.pid == process.pid), None)

        return Served(process, eventually(card), environment, output)

    return begin
