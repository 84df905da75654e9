"""A file that cannot be used is refused and left alone; an older one is brought up to date."""

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from chalicelib.errors import ConfigurationError, StoreUnavailable
from standalone.database import Database, unusable
from standalone.migration import APPLICATION_ID, MIGRATIONS, migrate
from standalone.table import SqliteTable

BUSY_S = 0.1


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "store.db"


def ask(connection, pragma):
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def refused(path, words):
    was = path.read_bytes() if path.is_file() else None
    with pytest.raises(ConfigurationError, match=words) as raised:
        Database(path, busy_s=BUSY_S)
    assert str(path) in str(raised.value)
    assert was is None or path.read_bytes() == was


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path):
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    refused(path, "newer version of Tallyhook .* use that version; nothing was changed")


def test_another_programs_database_is_refused_and_left_alone(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE somebodys (value)")
    refused(path, "another program's database")


def test_what_is_no_database_is_refused_and_left_alone(path):
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1000)
    refused(path, "no database of Tallyhook, or is damaged.*put a backup in its place")


def test_a_file_that_was_cut_off_is_refused_and_left_alone(path):
    with closing(Database(path, busy_s=BUSY_S)) as database:
        for number in range(50):
            SqliteTable(database).put({"PK": "p", "SK": str(number), "body": b"x" * 10_000})
    path.write_bytes(path.read_bytes()[:4096])
    refused(path, "damaged")


def test_a_folder_is_no_store(path):
    path.mkdir(parents=True)
    refused(path, "cannot be opened")


def test_a_place_where_no_file_can_be_is_refused(tmp_path):
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "store.db", "cannot be made or opened")


def test_a_store_that_is_only_busy_at_the_start_is_worth_another_start(path):
    Database(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked"):
            Database(path, busy_s=BUSY_S)
    with (
        closing(Database(path, busy_s=BUSY_S)) as holder,
        holder.writing(),
        pytest.raises(StoreUnavailable, match="busy"),
    ):
        Database(path, busy_s=BUSY_S)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StoreUnavailable), (errno.EACCES, ConfigurationError)], ids=["full", "closed"]
)
def test_a_full_disk_passes_and_a_closed_folder_does_not(number, kind):
    told = unusable("the store", OSError(number, os.strerror(number)))
    assert type(told) is kind
    assert os.strerror(number) in str(told)


def test_an_older_file_is_brought_up_in_one_step_and_keeps_what_it_has(path):
    with closing(Database(path, busy_s=BUSY_S)) as database:
        SqliteTable(database).put({"PK": "p", "SK": "s"})
    later = [*MIGRATIONS, ("ALTER TABLE item ADD COLUMN more TEXT", "UPDATE item SET more = 'new'")]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, later)
        assert connection.execute("SELECT pk, more FROM item").fetchall() == [("p", "new")]
        assert ask(connection, "user_version") == len(later)
        assert ask(connection, "application_id") == APPLICATION_ID
        migrate(connection, path, later)
    refused(path, "newer version")


def test_a_step_that_fails_leaves_the_file_as_it_was(path):
    Database(path).close()
    broken = [*MIGRATIONS, ("ALTER TABLE item ADD COLUMN more TEXT", "UPDATE nothing SET more = 'new'")]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, broken)
        assert ask(connection, "user_version") == len(MIGRATIONS)
        assert "more" not in [row[1] for row in connection.execute("PRAGMA table_info(item)")]
    Database(path).close()
