"""What a world keeps its table and its messages in: this process's memory, or the SQLite file of one machine."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fakes.table import MemoryTable

from chalicelib.aws.queue import key_of
from proof.mailbox import Mailbox
from standalone.database import Database
from standalone.queue import SqliteQueue
from standalone.table import SqliteTable

SHARED_MEMORY = Path("/dev/shm")
"""A death is an exception here, not a power cut: the file need not wait for a disk."""


def in_memory(clock):
    """Return a fresh table and its mailbox."""
    return MemoryTable(), Mailbox(clock)


def in_a_file(clock):
    """Return the table and the mailbox of this process's file, emptied."""
    database = _database()
    with database.writing() as connection:
        for name in ("item", "message"):
            connection.execute(f"DELETE FROM {name}")
    return SqliteTable(database), FileMailbox(SqliteQueue(database, now=clock.now))


STORES = {"memory": in_memory, "sqlite": in_a_file}
_opened = []


def _database():
    if not _opened:
        folder = tempfile.mkdtemp(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _opened.append(Database(Path(folder) / "store.db"))
        atexit.register(_opened[0].close)
    return _opened[0]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of the file; `taken` is None for one that was only seen."""

    key: str
    taken: object = None


class FileMailbox:
    """What `proof.mailbox.Mailbox` is, on the queues of a file; `visible` sees the one that comes next."""

    def __init__(self, queue):
        self._queue = queue
        self.send_delivery = queue.send_delivery
        self.send_entries = queue.send_entries
        self.depth = queue.depth
        self._now = queue._now

    def visible(self, name):
        instant = self._queue.next_instant(name)
        return [Letter("")] if instant is not None and instant <= self._now() else []

    def receive(self, name, _letter):
        message = self._queue.take(name)
        return None if message is None else Letter(key_of(message.body), message)

    def delete(self, _name, letter):
        self._queue.delete(letter.taken)

    def next_instant(self):
        instants = [self._queue.next_instant(name) for name in ("open", "post")]
        return min((instant for instant in instants if instant is not None), default=None)

    @property
    def open(self):
        return self._queue.next_instant("open") is not None

    @property
    def post(self):
        return self._queue.next_instant("post") is not None

    @property
    def dead(self):
        return self._queue.dead_letters()
