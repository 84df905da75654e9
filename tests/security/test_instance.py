"""A real instance with canaries for secrets: what it prints, answers and leaves on the disk."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from devstack.push import headers, push
from devstack.sandbox import Sandbox, serve
from devstack.sandbox.account import ACME, JANE
from standalone.run_file import read

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@pytest.fixture
def noko(canary):
    server = serve(Sandbox(account=dataclasses.replace(ACME, tokens=((canary.personal, JANE.id),))))
    yield server
    server.close()


@pytest.fixture
def start(canary, noko, tmp_path):
    """Start an instance that serves until the test is over; return it, its output's file, and its card."""
    started = []

    def begin(**changes):
        plain = {
            "GITHUB_WEBHOOK_SECRETS": f"{canary.webhook},{canary.previous}",
            "NOKO_TOKEN": canary.personal,
            "NOKO_BASE_URL": noko.url,
            "TALLYHOOK_DATA": str(tmp_path / "data"),
            "PORT": "0",
        }
        output = tmp_path / "output"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", "serve"],
                cwd=ROOT,
                env={**os.environ, **plain, **changes},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        return process, output, eventually(lambda: card(tmp_path / "data"))

    yield begin
    for process in started:
        process.kill()
        process.wait(timeout=10)


def card(data):
    ports = [int(path.stem.removeprefix("run-")) for path in data.glob("run-*.json")]
    return next((found for port in ports if (found := read(data, port))), None)


def eventually(probe):
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if found := probe():
            return found
        time.sleep(0.1)
    return pytest.fail(f"not within {PATIENCE_S} seconds")


def on_disk(folder):
    return {path.name: path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}


@pytest.mark.journey
def test_an_instance_prints_answers_and_keeps_no_secret_that_it_was_given(net, canary, noko, start, tmp_path):
    process, output, found = start()
    raw = push(1, seed="s")
    url = f"http://127.0.0.1:{found.port}/webhooks/github"
    for secret in (canary.webhook, canary.previous, "wrong"):
        sent = headers(raw, secret) | {"Authorization": f"Bearer {canary.authorization}"}
        answer = requests.post(url, data=raw, headers=sent, timeout=30)
        net.catch(answer.text, dict(answer.headers))
    eventually(noko.sandbox.books.entries)
    files = on_disk(tmp_path / "data")
    assert [name for name in files if name.startswith("run-")]
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)
    printed = output.read_text(encoding="utf-8")
    assert "delivery_accepted" in printed
    net.catch(printed, files)
    assert net.hits() == []


@pytest.mark.journey
def test_a_secret_that_was_made_up_lies_where_only_its_owner_reads_it(start, tmp_path):
    start(GITHUB_WEBHOOK_SECRETS="")
    path = tmp_path / "data" / "webhook-secret"
    assert path.stat().st_mode & 0o777 == 0o600
    secret = path.read_text(encoding="ascii").strip()
    others = [text for name, text in on_disk(tmp_path / "data").items() if name != path.name]
    assert others
    assert not any(secret in text for text in others)
