"""Threads that want the same things of one SQLite file, in a process of their own beside others like it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from fakes.clock import START

from chalicelib.domain.throttle import Kind, Slot
from chalicelib.ports.table import Lost
from chalicelib.table.throttle import TableThrottle
from standalone.database import Database
from standalone.queue import SqliteQueue
from standalone.table import SqliteTable

THREADS = 3
PATIENCE_S = 60.0


def hammer(path, name, what, count):
    """Do `what` in several threads; return what each of them got, in one list."""
    with opened(path) as database, ThreadPoolExecutor(THREADS) as threads:
        work = [threads.submit(WORK[what], database, f"{name}-{number}", count) for number in range(THREADS)]
        return [got for done in work for got in done.result()]


@contextmanager
def opened(path):
    database = Database(path, busy_s=PATIENCE_S)
    try:
        yield database
    finally:
        database.close()


def _put(database, me, count):
    """Return the keys that this thread put first."""
    table = SqliteTable(database)
    items = ({"PK": f"k{number}", "SK": "s", "by": me} for number in range(count))
    return [(item["PK"], me) for item in items if table.put(item, "attribute_not_exists(PK)") is None]


def _swap(database, me, count):
    """Count up `count` times by swaps; return the numbers that this thread made."""
    table, made = SqliteTable(database), []
    while len(made) < count:
        was = (table.get("n", "s") or {}).get("n", 0)
        item = {"PK": "n", "SK": "s", "n": was + 1, "by": me}
        lost = table.put(item, "#n = :was" if was else "attribute_not_exists(PK)", {":was": was} if was else None)
        if lost is None:
            made.append(was + 1)
    return made


def _add(database, _me, count):
    """Count up `count` times in place; return the numbers that this thread saw."""
    table = SqliteTable(database)
    seen = [table.update("n", "s", "ADD #n :one", values={":one": 1}) for _ in range(count)]
    return [item["n"] for item in seen if not isinstance(item, Lost)]


def _reserve(database, _me, count):
    """Return the slots that this thread got, with the least there can be between two."""
    throttle = TableThrottle(SqliteTable(database), account="default", interval_ms=2)
    decisions = [throttle.reserve(Kind.POSTING, now=START) for _ in range(count)]
    return [decision.at for decision in decisions if isinstance(decision, Slot)]


def _receive(database, _me, _count):
    """Take and delete until there is nothing; return what this thread was handed."""
    queue, got = SqliteQueue(database, now=lambda: START), []
    while (message := queue.take("post")) is not None:
        got.append((message.body, message.receives))
        queue.delete(message)
    return got


WORK = {"put": _put, "swap": _swap, "add": _add, "reserve": _reserve, "receive": _receive}
