"""What was answered is on the disk: the last thing that happens before any write returns is COMMIT, with fsync.

A power cut cannot be had here. What can: every connection waits for the disk (see `test_database`), COMMIT comes
before the answer, and a process that is killed right then leaves what it answered for, and nothing of the rest.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from fakes.clock import START, FakeClock
from fakes.house import delivery, draft

from chalicelib.settings import Settings
from standalone.database import Database
from standalone.store import open_store
from standalone.table import SqliteTable

ROOT = Path(__file__).parent.parent.parent
DYING = """
import os, signal, sys
from pathlib import Path
from standalone.database import Database
from standalone.queue import SqliteQueue
from standalone.table import SqliteTable

database = Database(Path(sys.argv[1]))
table, queue = SqliteTable(database), SqliteQueue(database, now=lambda: 0)
table.put({"PK": "put", "SK": "s"})
table.update("updated", "s", "SET #n = :n", values={":n": 1})
queue.send_entries(["sent"])
if sys.argv[2] == "inside":
    with database.writing() as connection:
        connection.execute("UPDATE item SET attributes = '{}'")
        connection.execute("DELETE FROM message")
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "store.db", settings=Settings(), clock=FakeClock())
    yield store
    store.close()


@pytest.mark.parametrize("moment", ["after", "inside"])
def test_who_is_killed_leaves_what_he_answered_for_and_nothing_of_what_he_had_begun(tmp_path, moment):
    path = tmp_path / "store.db"
    died = subprocess.run([sys.executable, "-c", DYING, path, moment], cwd=ROOT, check=False)
    assert died.returncode == -9
    database = Database(path)
    table = SqliteTable(database)
    assert table.get("put", "s") == {"PK": "put", "SK": "s"}
    assert table.get("updated", "s") == {"PK": "updated", "SK": "s", "n": 1}
    with database.reading() as connection:
        assert connection.execute("SELECT body FROM message").fetchall() == [('{"key": "sent"}',)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


WRITES = {
    "a delivery": lambda store: store.stores.ledger.accept(delivery(draft(1)), now=START, due_at=START, stamp="s1"),
    "a message": lambda store: store.stores.queue.send_delivery("k"),
    "messages": lambda store: store.stores.queue.send_entries(["k", "l"]),
    "an update": lambda store: store.stores.throttle.record_outage(),
    "a deletion": lambda store: store.table.delete("p", "s"),
}


@pytest.mark.parametrize("name", WRITES)
def test_no_write_returns_before_its_commit(store, name):
    said = []
    with store.database.writing() as connection:
        connection.set_trace_callback(said.append)
    said.clear()
    WRITES[name](store)
    assert (said[0], said[-1]) == ("BEGIN IMMEDIATE", "COMMIT")
    assert said.count("COMMIT") == 1


def test_what_a_worker_holds_and_gives_back_is_committed_too(store):
    store.queue.send_entries(["k"])
    said = []
    with store.database.writing() as connection:
        connection.set_trace_callback(said.append)
    message = store.queue.take("post")
    assert said[-1] == "COMMIT"
    said.clear()
    store.queue.delete(message)
    assert said[-1] == "COMMIT"
