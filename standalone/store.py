"""The store of one machine: ledger, queues and throttle in one SQLite file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.bootstrap import Stores
from chalicelib.settings import ACCOUNT
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle
from standalone.database import Database
from standalone.queue import SqliteQueue
from standalone.table import SqliteTable

if TYPE_CHECKING:
    from pathlib import Path

    from chalicelib.ports import Clock, Telemetry
    from chalicelib.settings import Settings
    from standalone.mailbox import Mailboxes
    from standalone.queue import DeadLetter


class Store:
    """An open file and what stands on it. Close it when nothing works on it any more."""

    def __init__(self, database: Database, table: SqliteTable, queue: SqliteQueue, stores: Stores) -> None:
        self.database = database
        self.table = table
        self.queue = queue
        self.stores = stores

    @property
    def mailboxes(self) -> Mailboxes:
        """The queues, for those who work them off."""
        return self.queue

    def close(self) -> None:
        """Finish what is being written, and close the file. Harmless twice."""
        self.database.close()


def open_store(path: Path, *, settings: Settings, clock: Clock, telemetry: Telemetry | None = None) -> Store:
    """Open the file at `path`, or make it; raises ConfigurationError for one that cannot be used.

    `telemetry` is alarmed of each message that has come in vain too often.
    """

    def tell(letter: DeadLetter) -> None:
        if telemetry is not None:
            telemetry.alarm("dead_letter", queue=letter.queue, key=_key(letter.body))

    database = Database(path)
    table, queue = SqliteTable(database), SqliteQueue(database, now=clock.now, on_death=tell)
    return Store(
        database,
        table,
        queue,
        Stores(
            table=table,
            ledger=TableLedger(table, account=ACCOUNT, kept=settings.retention),
            queue=queue,
            throttle=TableThrottle(table, account=ACCOUNT, interval_ms=settings.intervals.throttle_ms),
        ),
    )


def _key(body: str) -> str:
    return str(json.loads(body)["key"])
