"""The `Table` port on the `item` table of an SQLite file: the same items, conditions and indexes as in DynamoDB.

Whoever writes reads the item, judges the condition and writes in one transaction, as the only writer. A query reads
in pages: nobody waits for one, and what changes meanwhile may or may not be seen. The indexes do not lag, and show no
more than they do there.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from chalicelib.errors import StoreUnavailable
from chalicelib.ports.table import Lost
from standalone.expression import changed, check_values, holds, key_condition
from standalone.expression_parser import ExpressionError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.ports.table import Item, Value
    from standalone.database import Database
    from standalone.expression import Range

PAGE = 200
"""Items that one page of a query reads; of an export, which are whole ones, fewer."""
EXPORTED = 50
COLUMNS = {
    "lane": str,
    "due_at": int,
    "sent_at": int,
    "judged_by": str,
    "month": str,
    "at": int,
    "sha_head": str,
    "sha": str,
    "expires_at": int,
}
"""What stands in columns of its own beside the whole item, and of which type it must be."""
INDEXES = {
    "due": ("lane", "due_at", "sent_at", "judged_by"),
    "month": ("month", "at"),
    "sha": ("sha_head", "sha"),
}
"""What each index is asked by, in this order, and what it shows besides the key."""
_MAX_INT = 2**63 - 1
_GET = "SELECT attributes FROM item WHERE pk = ? AND sk = ?"
_PUT = (
    f"INSERT INTO item (pk, sk, {', '.join(COLUMNS)}, attributes) VALUES ({', '.join('?' * (len(COLUMNS) + 3))}) "  # noqa: S608 - names of ours
    f"ON CONFLICT (pk, sk) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in (*COLUMNS, 'attributes'))}"
)
_SCAN = "SELECT pk, sk, attributes FROM item WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?"
_EXPIRE = "DELETE FROM item WHERE rowid IN (SELECT rowid FROM item WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"


class SqliteTable:
    """The `Table` port, and beside it what only a file of one's own needs: `scan` and `expire`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        """The file."""
        return self._database

    def skew_ms(self, *, anew: bool = False) -> int:  # noqa: ARG002 - there is but one clock
        """Return 0: the clock that writes is the clock that reads."""
        return 0

    def get(self, pk: str, sk: str) -> Item | None:
        """Read an item as it is now."""
        with self._database.reading() as connection:
            return _get(connection, pk, sk) or None

    def put(
        self, item: Mapping[str, Value | None], condition: str | None = None, values: Mapping[str, Value] | None = None
    ) -> Lost | None:
        """Replace an item if `condition` holds."""
        check_values(values, condition)
        with self._database.writing() as connection:
            if condition is not None:
                held = _get(connection, str(item["PK"]), str(item["SK"]))
                if not holds(condition, held, values):
                    return Lost(held)
            put_item(connection, {name: value for name, value in item.items() if value is not None})
        return None

    def update(
        self, pk: str, sk: str, change: str, *, condition: str | None = None, values: Mapping[str, Value] | None = None
    ) -> Item | Lost:
        """Change an item in place if `condition` holds; return it as it is afterwards."""
        check_values(values, condition, change)
        with self._database.writing() as connection:
            held = _get(connection, pk, sk)
            if not holds(condition, held, values):
                return Lost(held)
            after = _changed({"PK": pk, "SK": sk, **held}, change, values)
            put_item(connection, after)
        return after

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item, whether it is there or not."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM item WHERE pk = ? AND sk = ?", (pk, sk))

    def query(
        self, condition: str, values: Mapping[str, Value], *, index: str | None = None, limit: int | None = None
    ) -> Iterator[Item]:
        """Read items in the order of their sort key, and where that is equal, of their own keys."""
        check_values(values, condition)
        asked = key_condition(condition)
        shown = INDEXES[index] if index else ("PK", "SK")
        if asked.name != shown[0] or (asked.range and asked.range.name != shown[1]):
            raise ExpressionError(f"not by these is {index or 'the table'} asked: {condition}")
        where, given = _range(asked.range, values, shown[1])
        columns = ["pk", "sk", *shown] if index else ["pk", "sk", "attributes"]
        order = (shown[1], "pk", "sk") if index else ("sk",)
        sql = (
            f"SELECT {', '.join(columns)} FROM item WHERE {asked.name} = ? AND {where} "  # noqa: S608 - names of ours
            f"AND ({', '.join(order)}) > ({', '.join('?' * len(order))}) ORDER BY {', '.join(order)} LIMIT ?"
        )
        first: tuple[Value, ...] = ()
        left = _MAX_INT if limit is None else limit
        while left > 0:
            after = first or (_least(COLUMNS.get(shown[1], str)), *("",) * (len(order) - 1))
            rows = self._read(sql, (values[asked.operand], *given, *after, min(left, PAGE)))
            for row in rows:
                yield item_of(*row) if index is None else _projected(columns, row)
            if len(rows) < PAGE:
                return
            left -= len(rows)
            last = dict(zip(columns, rows[-1], strict=True))
            first = tuple(last[name] for name in order)

    def scan(self, after: tuple[str, str] | None = None) -> Iterator[Item]:
        """Read all items in the order of their keys, those beyond the key `after`; few at a time."""
        while True:
            rows = self._read(_SCAN, (*(after or ("", "")), EXPORTED))
            for row in rows:
                yield item_of(*row)
            if len(rows) < EXPORTED:
                return
            after = rows[-1][0], rows[-1][1]

    def expire(self, now: int, limit: int) -> int:
        """Delete what has expired by `now`, longest ago first, `limit` items at most; return how many went.

        In DynamoDB the time to live does this; in both, what has no `expires_at` stays for ever.
        """
        with self._database.writing() as connection:
            return connection.execute(_EXPIRE, (now // 1000, limit)).rowcount

    def _read(self, sql: str, arguments: Sequence[Value]) -> list[Any]:
        with self._database.reading() as connection:
            return connection.execute(sql, arguments).fetchall()


def _get(connection: sqlite3.Connection, pk: str, sk: str) -> Item:
    row = connection.execute(_GET, (pk, sk)).fetchone()
    return item_of(pk, sk, row[0]) if row else {}


def put_item(connection: sqlite3.Connection, item: Item) -> None:
    """Write an item in a transaction of the caller's."""
    columns = [_column(name, item.get(name)) for name in COLUMNS]
    attributes = {name: _plain(value) for name, value in item.items() if name not in {"PK", "SK"}}
    text = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
    connection.execute(_PUT, (item["PK"], item["SK"], *columns, text))


def _column(name: str, value: Value | None) -> Value | None:
    """Check what an index holds, as DynamoDB does."""
    if value is None or (type(value) is COLUMNS[name] and (not isinstance(value, int) or abs(value) <= _MAX_INT)):
        return value
    raise StoreUnavailable(f"the table takes no such {name}")


def _changed(item: Item, change: str, values: Mapping[str, Value] | None) -> Item:
    try:
        return changed(item, change, values)
    except ExpressionError as error:  # it is the item that is odd; DynamoDB answers ValidationException
        raise StoreUnavailable(f"the table cannot change the item: {error}") from error


def item_of(pk: str, sk: str, attributes: str) -> Item:
    """Read a row of the table `item`."""
    return {"PK": pk, "SK": sk, **{name: _value(plain) for name, plain in json.loads(attributes).items()}}


def _plain(value: Value) -> Any:
    return {"base64": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _value(plain: Any) -> Value:
    value: Value = base64.b64decode(plain["base64"]) if isinstance(plain, dict) else plain
    return value


def _projected(columns: Sequence[str], row: Sequence[Value | None]) -> Item:
    named = zip(("PK", "SK", *columns[2:]), row, strict=True)
    return {name: value for name, value in named if value is not None}


def _range(asked: Range | None, values: Mapping[str, Value], column: str) -> tuple[str, tuple[Value, ...]]:
    """Return what of a sort key is asked for, in SQL."""
    if asked is None:
        return f"{column} IS NOT NULL", ()
    operands = tuple(values[name] for name in asked.operands)
    if asked.sign == "BETWEEN":
        return f"{column} BETWEEN ? AND ?", operands
    if asked.sign != "begins_with":
        return f"{column} {asked.sign} ?", operands
    # no text that a key can hold comes between a prefix and the prefix with the last character of all behind it
    return f"{column} >= ? AND {column} < ?", (str(operands[0]), f"{operands[0]!s}\U0010ffff\U0010ffff")


def _least(kind: type) -> Value:
    return -_MAX_INT - 1 if kind is int else ""
