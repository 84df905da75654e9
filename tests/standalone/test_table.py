"""What a table in a file can do that DynamoDB does otherwise: be read from end to end, and forget what has expired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import StoreUnavailable
from standalone.database import Database
from standalone.expression_parser import ExpressionError
from standalone.table import EXPORTED, SqliteTable

NOW = 1_782_820_800_000
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ITEMS = st.dictionaries(
    TEXT.filter(lambda name: name not in {"PK", "SK"}), TEXT | st.integers() | st.binary() | st.booleans()
)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "store.db")
    yield database
    database.close()


@pytest.fixture
def table(database):
    return SqliteTable(database)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    database = Database(tmp_path_factory.mktemp("table") / "store.db")
    yield SqliteTable(database)
    database.close()


@given(item=ITEMS, key=TEXT)
def test_every_item_is_read_back_as_it_was(shared, item, key):
    item = {"PK": key, "SK": "s", **{f"_{name}": value for name, value in item.items()}}
    shared.put(item)
    assert shared.get(key, "s") == item
    assert list(shared.query("PK = :pk", {":pk": key})) == [item]
    assert {type(value) for value in shared.get(key, "s").values()} == {type(value) for value in item.values()}


@given(prefix=TEXT, keys=st.lists(TEXT.filter(bool), unique=True, max_size=6))
def test_what_begins_so_is_found_and_nothing_else(shared, prefix, keys):
    for item in list(shared.query("PK = :pk", {":pk": "begins"})):
        shared.delete("begins", item["SK"])
    for key in {*keys, f"{prefix}x"}:
        shared.put({"PK": "begins", "SK": key})
    found = [i["SK"] for i in shared.query("PK = :pk AND begins_with(SK, :s)", {":pk": "begins", ":s": prefix})]
    assert found == sorted(key for key in {*keys, f"{prefix}x"} if key.startswith(prefix))


def test_a_scan_reads_everything_in_the_order_of_the_keys_and_goes_on_after_one(table):
    items = [{"PK": f"p{n % 7}", "SK": f"s{n:03d}", "n": n} for n in range(2 * EXPORTED + 5)]
    for item in items:
        table.put(item)
    ordered = sorted(items, key=lambda item: (item["PK"], item["SK"]))
    assert list(table.scan()) == ordered
    for place in (0, EXPORTED - 1, EXPORTED, len(items) - 1):
        after = ordered[place]["PK"], ordered[place]["SK"]
        assert list(table.scan(after)) == ordered[place + 1 :]


def test_a_scan_holds_nobody_up(table):
    for n in range(EXPORTED + 1):
        table.put({"PK": "p", "SK": f"s{n:03d}"})
    reading = table.scan()
    next(reading)
    table.delete("p", "s050")
    table.put({"PK": "q", "SK": "s"})
    assert [item["PK"] for item in reading][-1] == "q"


def test_what_has_expired_goes_longest_ago_first_and_the_rest_stays(table):
    for n in range(5):
        table.put({"PK": f"old{n}", "SK": "s", "expires_at": NOW // 1000 - n})
    table.put({"PK": "young", "SK": "s", "expires_at": NOW // 1000 + 1})
    table.put({"PK": "open", "SK": "s"})
    assert table.expire(NOW, 3) == 3
    assert [item["PK"] for item in table.scan()] == ["old0", "old1", "open", "young"]
    assert (table.expire(NOW, 3), table.expire(NOW, 3)) == (2, 0)
    assert table.expire(NOW + 1000, 3) == 1
    assert [item["PK"] for item in table.scan()] == ["open"]


@pytest.mark.parametrize("odd", [{"lane": 1}, {"due_at": "soon"}, {"due_at": True}, {"at": 2**63}, {"sha": b"ab"}])
def test_what_an_index_cannot_hold_is_not_taken(table, odd):
    with pytest.raises(StoreUnavailable, match=next(iter(odd))):
        table.put({"PK": "p", "SK": "s", **odd})
    assert table.get("p", "s") is None


@pytest.mark.parametrize(
    ("condition", "values", "index"),
    [
        ("#lane = :l", {":l": "l"}, "month"),
        ("#lane = :l AND #at = :a", {":l": "l", ":a": 1}, "due"),
        ("#status = :s", {":s": "queued"}, None),
    ],
)
def test_an_index_is_asked_by_its_own_keys_only(table, condition, values, index):
    with pytest.raises(ExpressionError, match="not by these"):
        list(table.query(condition, values, index=index))


def test_an_index_is_read_without_reading_the_items(database, table):
    """Ten thousand items that wait must not cost ten thousand reads of what is in them."""
    asked = []
    with database.reading() as connection:
        connection.set_trace_callback(asked.append)
    list(table.query("#lane = :l AND #due_at <= :u", {":l": "l", ":u": 1}, index="due"))
    list(table.query("#month = :m AND #at BETWEEN :a AND :b", {":m": "m", ":a": 1, ":b": 2}, index="month"))
    list(table.query("#sha_head = :h AND begins_with(#sha, :s)", {":h": "h", ":s": "s"}, index="sha"))
    assert len(asked) == 3
    with database.reading() as connection:
        connection.set_trace_callback(None)
        for statement in asked:
            (plan,) = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            assert "USING COVERING INDEX item_" in plan[3], plan
