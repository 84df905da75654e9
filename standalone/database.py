"""One SQLite file: its connections, its one writer, its migrations, and what its errors become.

A write that has returned is on the disk: write-ahead log, `synchronous=FULL`, so COMMIT waits for fsync. A process
that is killed loses nothing that it answered for; a power cut neither, as far as disk and file system keep their word
on fsync. What was not committed is gone as if it had never begun. Not promised: anything on a network folder, or for
a file that is copied while it is in use without SQLite's own means.

Writers take turns by a lock on a file beside it, for the whole transaction and the checkpoint that may follow. SQLite
does that by itself but for one race of checkpoints with commits, which lost pages in all versions before 3.51.3
(https://sqlite.org/wal.html#walresetbug); most systems still bring such a version.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError, StoreUnavailable
from standalone.migration import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chalicelib.errors import TallyhookError

BUSY_S = 5.0
GLANCE_S = 0.001
WAL_PAGES = 1000
"""After so many pages (4 KB each) a commit moves the log into the file."""
WAL_BYTES = 16 * 1024 * 1024
"""What stays of a log that had grown, once it was moved."""
_PRAGMAS = (
    "synchronous = FULL",
    "fullfsync = ON",  # macOS: fsync alone leaves it in the disk's cache
    "checkpoint_fullfsync = ON",
    f"wal_autocheckpoint = {WAL_PAGES}",
    f"journal_size_limit = {WAL_BYTES}",
)

_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_PASSING_OS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""What may be better a minute later, so that starting anew helps."""

_READERS = ("query_only = ON", "cache_size = -512")
"""KB: there may be as many as threads, and each keeps what it read."""


class Database:
    """An open file. Threads share it, and so do processes, each with a Database of its own.

    Creates what is not there, readable by its owner only; raises ConfigurationError for a file that cannot be used,
    StoreUnavailable for a full disk and the like. Who cannot have it within `busy_s` finds it unavailable.
    """

    def __init__(self, path: Path, *, busy_s: float = BUSY_S) -> None:
        self._busy_s = busy_s
        self._path = path.absolute()
        self._uri = f"{path.absolute().as_uri()}?mode=rw"  # a file that has vanished must not come back empty
        self._turn = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._closed = False
        try:
            _create(path)
            self._lock_file = _lock_file(path)
        except OSError as error:
            raise unusable(f"the store {path}", error) from error
        try:
            with self._exclusively():
                self._writer = self._connect()
                migrate(self._writer, path)
                self._file = _file_at(self._path)
        except BaseException as error:
            self.close()
            if isinstance(error, sqlite3.Error):
                raise _refusal(path, error) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to read with, once at a time: fetch everything before you leave."""
        with _translated():
            connection = self._reader()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._readers.append(connection)
        if self._closed:
            self._close_readers()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Be the one writer for a transaction. It is on the disk when this is left, or, after an error, undone.

        After StoreUnavailable it may or may not have happened. Read what you decide by with the same connection.
        """
        with _translated(), self._exclusively():
            self._check_place()
            connection = self._writer = self._writer or self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise

    def touch(self) -> None:
        """Write something that changes nothing, to learn whether that is possible; raises StoreUnavailable."""
        with self.writing() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")

    def close(self) -> None:
        """Wait for the writer, and close everything; who comes later finds the store unavailable. Harmless twice."""
        if self._closed:
            return
        try:
            with self._exclusively():
                self._closed = True
                if self._writer is not None:
                    self._writer.close()
                self._close_readers()
        except StoreUnavailable:  # somebody writes still, and is cut off when the process ends
            self._closed = True
            return
        os.close(self._lock_file)

    def _close_readers(self) -> None:
        while self._readers:
            self._readers.pop().close()

    def _undo(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._writer = None
            connection.close()

    def _reader(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        self._check_place()
        with suppress(IndexError):
            return self._readers.pop()
        connection = self._connect()
        for pragma in _READERS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _check_place(self) -> None:
        """Refuse a file that was moved away, deleted or replaced: what is written into it nobody finds again."""
        if _file_at(self._path) != self._file:
            raise StoreUnavailable("the store's file was moved away or replaced: start anew, on one that stays")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri,
            uri=True,
            timeout=self._busy_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Wait for the turn of this thread, then for that of this process."""
        ends = time.monotonic() + self._busy_s
        if not self._turn.acquire(timeout=self._busy_s):
            raise StoreUnavailable("the store is busy")
        try:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            while not _locked(self._lock_file):
                if time.monotonic() > ends:
                    raise StoreUnavailable("the store is busy with another process")
                time.sleep(GLANCE_S)
            try:
                yield
            finally:
                fcntl.flock(self._lock_file, fcntl.LOCK_UN)
        finally:
            self._turn.release()


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return which file has this name, whatever happens to the name later."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _locked(lock_file: int) -> bool:
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreUnavailable(f"the store cannot be locked: {error.strerror}") from error
    return True


@contextmanager
def _translated() -> Iterator[None]:
    """Make StoreUnavailable of what SQLite says of disk, locks and file; our own mistakes stay what they are."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the store's file: {error}") from error
    except UnicodeEncodeError as error:  # lone surrogates, which no table takes
        raise StoreUnavailable("the store takes no text that is not Unicode") from error


def _create(path: Path) -> None:
    """Make an empty file, for its owner only, and see to it that a power cut does not take its name away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _sync(path.parent)
        with suppress(PermissionError):  # nor did we make anything in a folder that we may not read
            _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _lock_file(path: Path) -> int:
    """Open the file beside it; made by root, it belongs to whom the store belongs, as SQLite does with the others."""
    number = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        owner = path.stat()
        os.fchown(number, owner.st_uid, owner.st_gid)
    return number


def unusable(what: str, error: OSError) -> TallyhookError:
    """Say that a place cannot be used: a matter of configuration, unless it may pass by itself."""
    kind = StoreUnavailable if error.errno in _PASSING_OS else ConfigurationError
    return kind(f"{what} cannot be made or opened: {error.strerror or error}")


def _refusal(path: Path, error: sqlite3.Error) -> TallyhookError:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
        return StoreUnavailable(f"the store {path} cannot be opened: {error}")
    if isinstance(error, sqlite3.OperationalError):
        return ConfigurationError(f"the store {path} cannot be opened: {error}")
    return ConfigurationError(
        f"the store {path} is no database of Tallyhook, or is damaged: {error}. "
        f"Move it away with the files beside it, and put a backup in its place; nothing was changed"
    )
