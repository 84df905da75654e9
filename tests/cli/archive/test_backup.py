"""The copy of a store that is served: sound, of one moment, and posting nothing where it is put in place."""

import sqlite3
import threading
from contextlib import closing

import pytest
from fakes.entry import entry

from chalicelib.table.ledger import TableLedger
from standalone.snapshot import items_at_once


@pytest.fixture
def copied(run, filled, tmp_path):
    path = tmp_path / "copy.db"
    result = run("backup", path, "--file", filled)
    assert result.code == 0
    assert "and sound" in result.err
    return path


def test_a_copy_is_one_sound_file_for_its_owner_only(copied, tmp_path):
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy")) == ["copy.db"]
    assert copied.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copied)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("delete",)]


def test_it_holds_what_the_store_holds_and_is_in_restore_mode_until_somebody_reconciles(copied, filled, opened):
    with opened(filled) as store, opened(copied) as copy:
        keep = [item for item in store.table.scan() if item["SK"] != "throttle"]
        assert [item for item in copy.table.scan() if item["SK"] != "throttle"] == keep
        state = copy.stores.throttle.state()
        assert state.restored_to is not None
        assert state.restoring_since is None, "the quiet period begins when somebody reconciles"
        assert store.stores.throttle.state().restored_to is None


def test_a_copy_of_what_is_in_restore_mode_keeps_the_earlier_instant(run, filled, opened, tmp_path):
    with opened(filled) as store:
        store.stores.throttle.enter_restore(1_000, now=2_000)
    run("backup", tmp_path / "b.db", "--file", filled)
    with opened(tmp_path / "b.db") as copy:
        state = copy.stores.throttle.state()
        assert (state.restored_to, state.restoring_since) == (1_000, None)


def test_nothing_is_overwritten(run, copied, filled):
    result = run("backup", copied, "--file", filled)
    assert result.code == 1
    assert "there already" in result.err


def test_while_others_write_an_export_and_a_copy_are_each_of_one_moment(run, filled, opened, tmp_path):
    """A writer puts pairs, one after the other; no copy may hold a second one without its first."""
    stop = threading.Event()
    with opened(filled) as store:
        ledger = TableLedger(store.table, account="default")

        def write():
            for number in range(100, 100_000):
                if stop.is_set():
                    return
                ledger.put_entry(entry(number))
                ledger.take_noko_id(number, entry(number).key)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for round_ in range(3):
                assert run("backup", tmp_path / f"copy-{round_}", "--file", filled).code == 0
                items = list(items_at_once(store.database))
                assert_pairs(items)
        finally:
            stop.set()
            writer.join()
    for round_ in range(3):
        with opened(tmp_path / f"copy-{round_}") as copy:
            assert_pairs(list(copy.table.scan()))


def assert_pairs(items):
    entries = [item["key"] for item in items if item["SK"] == "entry"]
    held = [item["key"] for item in items if item["SK"] == "noko"]
    assert set(held) <= set(entries)
    assert len(entries) - len(held) <= 1


def test_of_a_damaged_store_there_is_no_backup(run, filled, opened, tmp_path):
    with opened(filled) as store:
        for number in range(100, 300):
            TableLedger(store.table, account="default").put_entry(entry(number))
    whole = bytearray(filled.read_bytes())
    for place in range(len(whole) // 2, len(whole), 4096):
        whole[place : place + 64] = bytes(64)
    filled.write_bytes(whole)
    result = run("backup", tmp_path / "copy.db", "--file", filled)
    assert result.code == 1
    assert "not sound" in result.err or "malformed" in result.err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == []
