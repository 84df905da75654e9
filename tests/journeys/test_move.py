"""A team moves from a file to AWS: exported after a kill, imported with a kill in between, compared, told all again.

`MOVE_ENTRIES=50000` makes it as large as `make prove-move` does; figures go to stderr.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from devstack.push import push

pytestmark = pytest.mark.journey
ROOT = Path(__file__).parents[2]
ENTRIES = int(os.environ.get("MOVE_ENTRIES", "600"))
COMMITS = min(500, ENTRIES // 4)
PATIENCE_S = 120 + ENTRIES // 10
UNSETTLED = 5
LARGE = 10_000
"""From so many entries on, the emulator takes minutes for a look at all of them, and is spared some."""
FILE = {"STORE": "sqlite", "AWS_ENDPOINT_URL": None, "THROTTLE_INTERVAL_MS": "1"}
QUIET = {"SWEEP_SECONDS": "86400", "THROTTLE_INTERVAL_MS": "1"}


class Teller:
    """Says how long each part took."""

    def __init__(self):
        self._since = time.monotonic()

    def __call__(self, what):
        now = time.monotonic()
        sys.stderr.write(f"{what}: {now - self._since:.1f} s\n")
        self._since = now


def tallyhook(world, *words, port=0, **changes):
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *map(str, words)],
        cwd=ROOT,
        env=world.environment(PORT=str(port), **changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def done(process):
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, (out[-2000:], err[-2000:])
    return err.decode()


def put_into(world):
    """Return how many puts of items AWS has seen."""
    return world.aws.calls["DynamoDB_20120810.PutItem"]


def imported_with_a_kill(world, export, *, port, patience):
    before = put_into(world)
    items = json.loads(export.read_bytes().splitlines()[-1])["seal"]["items"]
    first = tallyhook(world, "import", export, "--yes", port=port)
    patience(lambda: put_into(world) > before + items // 2, seconds=PATIENCE_S)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    killed_at = put_into(world) - before
    assert items // 2 < killed_at < items
    if ENTRIES < LARGE:
        compared = tallyhook(world, "compare", export, port=port)
        out, _ = compared.communicate(timeout=PATIENCE_S)
        assert compared.returncode == 1
        assert b"only in the file" in out
    done(tallyhook(world, "import", export, "--yes", port=port))
    assert put_into(world) - before < items + 20, "what was there was not put again"
    return items, killed_at


def states(world):
    """Count the entries by status, and the deliveries by whether they are opened."""
    with world.table() as table:
        items = [item for item in table.scan() if item["SK"] in {"entry", "head"}]
    return Counter(item["status"] if item["SK"] == "entry" else "opened_at" in item for item in items)


@pytest.mark.parametrize("world", ["aws"], indirect=True)
def test_from_a_file_to_aws_and_everything_again(world, patience, tmp_path):
    told = Teller()
    books = world.sandbox.books
    bodies = [push(COMMITS, seed=f"push-{number}") for number in range(ENTRIES // COMMITS)]
    before = world.start(**FILE)
    for raw in bodies:
        assert before.push(raw=raw).status_code == 202
    patience(lambda: len(books.entries()) >= ENTRIES - UNSETTLED, seconds=PATIENCE_S)
    before.kill()  # in the middle of the last ones
    told(f"{ENTRIES} commits into an SQLite store")

    export = tmp_path / "store.jsonl"
    done(tallyhook(world, "export", export, "--move", "--file", world.data / "tallyhook.db", **FILE))
    told("export")

    after = world.start(**QUIET)
    port = after.url.rpartition(":")[2]
    items, killed_at = imported_with_a_kill(world, export, port=port, patience=patience)
    told(f"import of {items} items, killed after {killed_at}")
    assert "and nothing else" in done(tallyhook(world, "compare", export, port=port))
    told("compare")

    for raw in bodies:
        assert after.push(raw=raw).status_code == 202
    assert len(books.entries()) <= ENTRIES, "nothing is posted before Noko was asked"
    done(tallyhook(world, "restore", "--yes", port=port))
    told("restore")
    after.stop()
    world.start(THROTTLE_INTERVAL_MS="1", SWEEP_SECONDS="1" if ENTRIES < LARGE else "120")
    patience(lambda: len(books.entries()) >= ENTRIES, seconds=PATIENCE_S)
    settled = {"logged": ENTRIES, True: 2 * len(bodies)}
    patience(lambda: states(world) == settled, seconds=PATIENCE_S)
    told("everything delivered again")
    wanted = {commit["url"] for raw in bodies for commit in json.loads(raw)["commits"]}
    assert Counter(world.source_urls()) == dict.fromkeys(wanted, 1)
