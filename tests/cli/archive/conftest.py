import json
from contextlib import closing
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from fakes.entry import entry

from chalicelib.aws.clock import SystemClock
from chalicelib.domain.directory import Directory
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.throttle import Kind
from chalicelib.settings import Settings
from chalicelib.table.ledger import TableLedger
from cli.desk import Desk
from cli.main import tallyhook
from cli.terminal import Terminal
from standalone.store import open_store

NOKO = "http://127.0.0.1:1/v2"
OWNER = f"default at {NOKO}"


@pytest.fixture
def run(tmp_path):
    """Run the command line on files that nobody serves; `noko` is the account that the environment means."""

    def invoke(*words, noko=NOKO, typed=None, attended=False):
        def nowhere(*_, **__):
            raise AssertionError("no instance is meant")

        environment = {"TALLYHOOK_DATA": str(tmp_path), "NOKO_BASE_URL": noko}
        desk = Desk(environment=environment, terminal=Terminal(attended=attended, draws=False), connect=nowhere)
        result = CliRunner().invoke(tallyhook, [str(word) for word in words], input=typed, obj=desk)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return invoke


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


@pytest.fixture
def opened():
    """Open a store in a file for a moment."""

    def open_(path):
        return closing(open_store(path, settings=Settings.from_env({}), clock=SystemClock()))

    return open_


@pytest.fixture
def filled(tmp_path, opened):
    """Name a store that holds an entry in each status, and what belongs to its place."""
    path = tmp_path / "one.db"
    with opened(path) as store:
        fill(store)
    return path


def fill(store):
    ledger = TableLedger(store.table, account="default")
    ledger.claim_store(OWNER, now=1)
    for number, status in enumerate(Status):
        ledger.put_entry(entry(number, status=status))
        ledger.take_noko_id(number + 1, entry(number).key)
    ledger.put_directory(Directory(users=(), projects=(), fetched_at=1))
    store.stores.throttle.reserve(Kind.POSTING, now=SystemClock().now())
