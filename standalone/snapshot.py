"""The file as of one moment, while others go on writing: read item by item, or copied into a file of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.errors import StoreUnavailable
from chalicelib.settings import ACCOUNT
from chalicelib.table.throttle import TableThrottle
from standalone.database import Database
from standalone.table import SqliteTable, item_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.ports.table import Item

_ALL = "SELECT pk, sk, attributes FROM item ORDER BY pk, sk"


def items_at_once(database: Database) -> Iterator[Item]:
    """Read every item as of one moment, in the order of their keys. Nobody waits for it; the log grows meanwhile."""
    with database.reading() as connection:
        connection.execute("BEGIN")
        try:
            for row in connection.execute(_ALL):
                yield item_of(*row)
        finally:
            connection.execute("ROLLBACK")


def copy(database: Database, path: Path, *, now: int) -> None:
    """Copy the file as of now (ms) into the empty file at `path`, check the copy, and put it into restore mode.

    It is one file, without a log beside it. Whoever puts it in the place of the store posts nothing before
    `tallyhook restore` has asked Noko what came since. Raises StoreUnavailable, also for a copy that is not sound.
    """
    try:
        with closing(sqlite3.connect(path)) as target, database.reading() as source:
            source.backup(target)
        with closing(Database(path)) as copied:
            TableThrottle(SqliteTable(copied), account=ACCOUNT, interval_ms=1).mark_copy(now)
        with closing(sqlite3.connect(path, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = DELETE").fetchall()
            found = [row[0] for row in target.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the copy failed: {error}") from error
    finally:
        for beside in ("-lock", "-wal", "-shm"):
            Path(f"{path}{beside}").unlink(missing_ok=True)
    if found != ["ok"]:
        raise StoreUnavailable(f"the copy is not sound: {found[0]}")
