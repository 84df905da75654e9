"""The file: how it is made and kept, and what its errors become."""

import os
import shutil
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from chalicelib.errors import StoreUnavailable
from standalone.database import WAL_BYTES, Database
from standalone.table import SqliteTable

BUSY_S = 0.1


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "store.db"


@pytest.fixture
def database(path):
    database = Database(path, busy_s=BUSY_S)
    yield database
    database.close()


def ask(connection, pragma):
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def test_a_fresh_file_is_for_its_owner_only(path):
    mask = os.umask(0)
    try:
        database = Database(path)
        SqliteTable(database).put({"PK": "p", "SK": "s"})
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        database.close()
    finally:
        os.umask(mask)
    assert set(modes) == {"store.db", "store.db-lock", "store.db-wal", "store.db-shm"}
    assert set(modes.values()) == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root works on files of others")
def test_what_root_makes_beside_the_store_of_another_is_the_other_s(path):
    Database(path).close()
    path.with_name("store.db-lock").unlink()
    os.chown(path, 65_534, 65_534)
    database = Database(path)
    SqliteTable(database).put({"PK": "p", "SK": "s"})
    assert {file.stat().st_uid for file in path.parent.iterdir()} == {65_534}
    database.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_above_that_we_may_not_read_is_no_obstacle(path):
    path.parent.mkdir()
    path.parent.parent.chmod(0o300)
    Database(path).close()
    path.parent.parent.chmod(0o700)


def test_every_connection_waits_for_the_disk(database):
    with database.writing() as writer, database.reading() as first, database.reading() as second:
        for connection in (writer, first, second):
            assert (ask(connection, "synchronous"), ask(connection, "journal_mode")) == (2, "wal")
            assert (ask(connection, "fullfsync"), ask(connection, "checkpoint_fullfsync")) == (1, 1)
        assert writer is not first is not second


def test_who_reads_cannot_write(database):
    with pytest.raises(StoreUnavailable, match="readonly"), database.reading() as connection:
        connection.execute("DELETE FROM item")


def test_what_was_begun_and_not_finished_is_undone(database):
    class Crash(BaseException):
        pass

    def begin(error):
        with database.writing() as connection:
            connection.execute("INSERT INTO item (pk, sk, attributes) VALUES ('p', 's', '{}')")
            raise error

    for error in (Crash, ValueError):
        with pytest.raises(error):
            begin(error)
    table = SqliteTable(database)
    assert table.get("p", "s") is None
    table.put({"PK": "p", "SK": "s"})
    assert table.get("p", "s") == {"PK": "p", "SK": "s"}


def test_a_full_disk_is_the_store_being_unavailable_until_there_is_room(database):
    table = SqliteTable(database)
    with database.writing() as connection:
        pages = ask(connection, "page_count")
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="full"):
        table.put({"PK": "p", "SK": "s", "body": b"x" * 100_000})
    assert table.get("p", "s") is None
    with database.writing() as connection:
        connection.execute("PRAGMA max_page_count = 100000")
    table.put({"PK": "p", "SK": "s", "body": b"x" * 100_000})
    assert table.get("p", "s")["body"] == b"x" * 100_000


@pytest.mark.parametrize("comes", [None, "another"])
def test_a_file_that_is_moved_away_under_us_takes_nothing_until_it_is_back(database, path, comes):
    table = SqliteTable(database)
    table.put({"PK": "p", "SK": "s"})
    away = path.rename(path.with_name("away"))
    if comes:
        path.write_bytes(away.read_bytes())
    with pytest.raises(StoreUnavailable, match="moved away"):
        table.put({"PK": "p", "SK": "t"})
    with pytest.raises(StoreUnavailable, match="moved away"):
        table.get("p", "s")
    away.replace(path)
    table.put({"PK": "p", "SK": "u"})
    assert [item["SK"] for item in table.scan()] == ["s", "u"]


def test_a_file_that_another_program_holds_is_busy(database, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            SqliteTable(database).put({"PK": "p", "SK": "s"})
        assert SqliteTable(database).get("p", "s") is None, "reading goes on"
        other.execute("ROLLBACK")
    SqliteTable(database).put({"PK": "p", "SK": "s"})


def test_who_waits_too_long_for_another_process_is_told_so(database, path):
    with closing_database(path) as other, other.writing(), pytest.raises(StoreUnavailable, match="another process"):
        SqliteTable(database).put({"PK": "p", "SK": "s"})


def closing_database(path):
    return closing(Database(path, busy_s=BUSY_S))


def test_who_waits_too_long_for_another_thread_is_told_so(database):
    with ThreadPoolExecutor(1) as pool, database.writing():
        waiting = pool.submit(SqliteTable(database).put, {"PK": "p", "SK": "s"})
        with pytest.raises(StoreUnavailable, match="busy"):
            waiting.result()


def test_text_that_is_not_unicode_is_not_taken(database):
    for item in ({"PK": "\ud800", "SK": "s"}, {"PK": "p", "SK": "s", "a": "\udfff"}):
        with pytest.raises(StoreUnavailable, match="Unicode"):
            SqliteTable(database).put(item)
    SqliteTable(database).put({"PK": "p", "SK": "s"})


def test_a_closed_store_is_unavailable_and_leaves_one_file_with_everything_in_it(path):
    database = Database(path)
    table = SqliteTable(database)
    table.put({"PK": "p", "SK": "s"})
    table.get("p", "s")
    for _ in range(2):
        database.close()
    for call in (lambda: table.get("p", "s"), lambda: table.put({"PK": "p", "SK": "s"})):
        with pytest.raises(StoreUnavailable, match="closed"):
            call()
    assert {file.name for file in path.parent.iterdir()} == {"store.db", "store.db-lock"}
    moved = path.with_name("moved.db")
    shutil.copy(path, moved)
    with closing_database(moved) as database:
        assert SqliteTable(database).get("p", "s") == {"PK": "p", "SK": "s"}


def test_closing_waits_for_what_is_being_written(path):
    database, began = Database(path), threading.Event()

    def write():
        with database.writing() as connection:
            began.set()
            time.sleep(0.2)
            connection.execute("INSERT INTO item (pk, sk, attributes) VALUES ('p', 's', '{}')")

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        began.wait(5)
        database.close()
        writing.result()
    with closing_database(path) as again:
        assert SqliteTable(again).get("p", "s") == {"PK": "p", "SK": "s"}


def test_the_log_does_not_grow_for_ever_although_somebody_always_reads(database, path):
    table, stop = SqliteTable(database), threading.Event()

    def read():
        while not stop.is_set():
            list(table.query("PK = :pk", {":pk": "p"}))

    with ThreadPoolExecutor(2) as pool:
        reading = [pool.submit(read) for _ in range(2)]
        largest = 0
        for number in range(150):
            table.put({"PK": "p", "SK": str(number % 5), "body": os.urandom(250_000)})
            largest = max(largest, path.with_name("store.db-wal").stat().st_size)
        stop.set()
        for done in reading:
            done.result()
    assert largest < 2 * WAL_BYTES, "of 50 MB that were written"
