"""What the instances of a fleet share, and what is left when all of them are dead: an emulated AWS, or one file."""

import sqlite3
import time
from contextlib import closing

from fakes.emulator import Emulator

from chalicelib.aws.table import DynamoTable
from chalicelib.settings import DEFAULT_TABLE
from standalone.database import Database
from standalone.environment import store_file
from standalone.table import SqliteTable


class Aws:
    """A table and queues in an emulator."""

    def __init__(self, _data):
        self._emulator = Emulator()
        self.environment = {"STORE": "aws", "AWS_ENDPOINT_URL": self._emulator.url}
        self.table = DynamoTable(self._emulator.dynamodb, DEFAULT_TABLE, now=lambda: time.time_ns() // 1_000_000)

    def damages(self):
        """Name what is wrong with the store itself: an emulator has nothing that could be damaged."""
        return []

    def close(self):
        self._emulator.close()


class File:
    """The SQLite file in the instances' common folder, opened by one process more."""

    environment = {"STORE": "sqlite"}  # noqa: RUF012 - nobody changes it

    def __init__(self, data):
        self._path = store_file(data, sandbox=False)
        self._database = Database(self._path)
        self.table = SqliteTable(self._database)

    def damages(self):
        """Name what SQLite finds wrong with the file."""
        with closing(sqlite3.connect(self._path)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        return [line for line in said if line != "ok"]

    def close(self):
        self._database.close()


STORES = {"aws": Aws, "sqlite": File}
