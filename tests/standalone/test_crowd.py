"""Threads of several processes on one file: nothing is lost, and nothing is anybody's twice."""

import itertools
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from fakes.clock import START
from fakes.hammer import THREADS, hammer, opened

from standalone.queue import SqliteQueue
from standalone.table import SqliteTable

PROCESSES = 3
WORKERS = PROCESSES * THREADS


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def crowd(processes, tmp_path):
    """Have every thread of every process do the same at the same time; return what they all got."""

    def together(what, count):
        work = [processes.submit(hammer, tmp_path / "store.db", f"p{n}", what, count) for n in range(PROCESSES)]
        return [got for done in work for got in done.result()]

    return together


@pytest.fixture
def database(tmp_path):
    with opened(tmp_path / "store.db") as database:
        yield database


def test_a_fresh_file_is_made_once_and_each_key_is_put_by_one(crowd, tmp_path):
    winners = crowd("put", 60)
    assert sorted(key for key, _ in winners) == sorted(f"k{number}" for number in range(60))
    with opened(tmp_path / "store.db") as database:
        table = SqliteTable(database)
        assert {(key, table.get(key, "s")["by"]) for key, _ in winners} == set(winners)


def test_no_swap_is_lost(crowd, database):
    made = crowd("swap", 15)
    assert sorted(made) == list(range(1, 15 * WORKERS + 1))
    assert SqliteTable(database).get("n", "s")["n"] == 15 * WORKERS


def test_no_update_is_lost(crowd, database):
    assert sorted(crowd("add", 30)) == list(range(1, 30 * WORKERS + 1))
    assert SqliteTable(database).get("n", "s")["n"] == 30 * WORKERS


def test_no_slot_is_given_twice_and_none_is_left_out(crowd, database):
    slots = sorted(crowd("reserve", 50))
    assert len(slots) == 50 * WORKERS
    assert {later - slot for slot, later in itertools.pairwise(slots)} == {2}
    assert database


def test_each_message_is_handed_to_one(crowd, database):
    queue = SqliteQueue(database, now=lambda: START)
    queue.send_entries([f"key{number}" for number in range(300)])
    got = crowd("receive", None)
    assert sorted(got) == sorted((json.dumps({"key": f"key{number}"}), 1) for number in range(300))
    assert queue.depth() == 0


def test_the_file_is_whole_after_a_crowd(crowd, database):
    for what in ("put", "add", "reserve"):
        crowd(what, 40)
    with database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
