"""The schema of the file, and the way to it from older ones: `user_version` counts the steps that were taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    Step = Sequence[str]

APPLICATION_ID = 0x54414C59
"""Written into the file, so that no other program's database is taken for ours."""
MIGRATIONS: tuple[Step, ...] = (
    (
        # `attributes` is the whole item but for its key; what the indexes need of it stands in columns as well.
        """CREATE TABLE item (
            pk TEXT NOT NULL, sk TEXT NOT NULL,
            lane TEXT, due_at INTEGER, sent_at INTEGER, judged_by TEXT,
            month TEXT, at INTEGER,
            sha_head TEXT, sha TEXT,
            expires_at INTEGER,
            attributes TEXT NOT NULL,
            PRIMARY KEY (pk, sk)
        )""",
        # An index holds all that a query of it returns, so that none reads the items themselves.
        "CREATE INDEX item_due ON item (lane, due_at, pk, sk, sent_at, judged_by) WHERE lane IS NOT NULL",
        "CREATE INDEX item_month ON item (month, at, pk, sk) WHERE month IS NOT NULL",
        "CREATE INDEX item_sha ON item (sha_head, sha, pk, sk) WHERE sha_head IS NOT NULL",
        "CREATE INDEX item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL",
        """CREATE TABLE message (
            id INTEGER PRIMARY KEY,
            queue TEXT NOT NULL,
            body TEXT NOT NULL,
            visible_at INTEGER NOT NULL,
            receives INTEGER NOT NULL DEFAULT 0,
            receipt TEXT,
            died_at INTEGER
        )""",
        "CREATE INDEX message_waiting ON message (queue, visible_at, id) WHERE died_at IS NULL",
        "CREATE INDEX message_dead ON message (died_at) WHERE died_at IS NOT NULL",
    ),
)


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = MIGRATIONS) -> None:
    """Bring a file up to this version in one transaction, a fresh one too; raises ConfigurationError.

    A file of a newer version, or another program's, is left as it is.
    """
    _check(connection, path, len(steps))
    _keep_a_log(connection, path)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _check(connection, path, len(steps))
        for step in steps[version:]:
            for statement in step:
                connection.execute(statement)
        if version < len(steps):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check(connection: sqlite3.Connection, path: Path, known: int) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise ConfigurationError(f"{path} is another program's database: name another file; nothing was changed")
    if version > known:
        raise ConfigurationError(
            f"the store {path} is of a newer version of Tallyhook ({version}; this one knows {known}): "
            "use that version; nothing was changed"
        )
    return int(version)


def _keep_a_log(connection: sqlite3.Connection, path: Path) -> None:
    """Switch to a write-ahead log, once in a file's life."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise ConfigurationError(f"the store {path} cannot keep a log here: put it on a disk of this machine")
