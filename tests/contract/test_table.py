"""What every table of single items promises: conditions, and what their losers learn; what queries and indexes show."""

import itertools

import pytest
from fakes.clock import START
from fakes.table import MemoryTable

from chalicelib.aws.table import DynamoTable
from chalicelib.errors import StoreUnavailable
from chalicelib.ports.table import Lost
from standalone.table import SqliteTable

LARGEST = 10**38 - 1
"""As large as a number of DynamoDB may be and still be exact."""
PLAIN = {"text": "ü\x00€😀", "count": -7, "large": LARGEST, "raw": b"\x00\xff", "empty": b"", "on": True, "off": False}
ONE = "PK = :pk"


@pytest.fixture(params=["memory", "sqlite", "moto", "ministack"])
def table(request):
    if request.param == "memory":
        return MemoryTable()
    if request.param == "sqlite":
        return SqliteTable(request.getfixturevalue("database"))
    emulator = request.getfixturevalue(request.param)
    return DynamoTable(emulator.dynamodb, emulator.table, now=lambda: START)


def put(table, account, *numbers, **values):
    for number in numbers:
        table.put({"PK": f"{account}#{number}", "SK": "s", **values})


def test_what_is_put_is_read_back_as_it_was_without_what_was_none(table, account):
    assert table.get(account, "s") is None
    assert table.put({"PK": account, "SK": "s", **PLAIN, "none": None}) is None
    item = table.get(account, "s")
    assert item == {"PK": account, "SK": "s", **PLAIN}
    assert {name: type(value) for name, value in item.items()} == {
        "PK": str, "SK": str, **{name: type(value) for name, value in PLAIN.items()}
    }  # fmt: skip


def test_what_is_read_is_the_readers_own(table, account):
    table.put({"PK": account, "SK": "s", "count": 1})
    table.get(account, "s")["count"] = 2
    assert table.get(account, "s")["count"] == 1


def test_a_put_replaces_the_whole_item(table, account):
    table.put({"PK": account, "SK": "s", "old": 1, "lane": f"{account}#l", "due_at": 1})
    table.put({"PK": account, "SK": "s", "new": 2})
    assert table.get(account, "s") == {"PK": account, "SK": "s", "new": 2}
    assert list(table.query("#lane = :l", {":l": f"{account}#l"}, index="due")) == []


@pytest.mark.parametrize("write", ["put", "update"])
def test_who_loses_learns_what_stands_there_and_has_changed_nothing(table, account, write):
    table.put({"PK": account, "SK": "s", **PLAIN})
    for values in ({":was": -8}, {":was": "-7"}):
        if write == "put":
            lost = table.put({"PK": account, "SK": "s", "count": 0}, "#count = :was", values)
        else:
            lost = table.update(
                account, "s", "SET #count = :now", condition="#count = :was", values={**values, ":now": 0}
            )
        assert lost == Lost({"PK": account, "SK": "s", **PLAIN})
    assert table.get(account, "s") == {"PK": account, "SK": "s", **PLAIN}


def test_who_loses_to_nothing_learns_that_nothing_is_there(table, account):
    assert table.put({"PK": account, "SK": "s"}, "#a = :a", {":a": 1}) == Lost({})
    assert table.update(account, "s", "SET #a = :a", condition="attribute_exists(PK)", values={":a": 1}) == Lost({})
    assert table.get(account, "s") is None


def test_of_two_who_put_what_is_absent_one_is_told_of_the_other(table, account):
    absent = "attribute_not_exists(PK)"
    assert table.put({"PK": account, "SK": "s", "by": "first"}, absent) is None
    assert table.put({"PK": account, "SK": "s", "by": "second"}, absent).item["by"] == "first"
    assert table.put({"PK": account, "SK": "other", "by": "second"}, absent) is None


def test_an_update_makes_an_item_or_changes_it_and_returns_what_it_is_then(table, account):
    made = table.update(account, "s", "SET #n = :n, #t = :t ADD #sum :n", values={":n": 5, ":t": "x"})
    assert made == {"PK": account, "SK": "s", "n": 5, "t": "x", "sum": 5}
    change = "SET #n = #n + :n, #old = #n, #k = if_not_exists(#t, :n), #f = if_not_exists(#g, :n) REMOVE #t ADD #sum :n"
    changed = table.update(account, "s", change, values={":n": -8})
    assert changed == {"PK": account, "SK": "s", "n": -3, "old": 5, "k": "x", "f": -8, "sum": -3}
    assert table.get(account, "s") == changed


@pytest.mark.parametrize("change", ["SET #n = #missing + :n", "ADD #t :n"])
def test_a_sum_with_what_is_no_number_changes_nothing(table, account, change):
    table.put({"PK": account, "SK": "s", "t": "text"})
    with pytest.raises((StoreUnavailable, ValueError)):
        table.update(account, "s", change, values={":n": 1})
    assert table.get(account, "s") == {"PK": account, "SK": "s", "t": "text"}


def test_what_is_deleted_is_gone_and_deleting_twice_is_harmless(table, account):
    table.put({"PK": account, "SK": "s", "month": account, "at": 1})
    for _ in range(2):
        table.delete(account, "s")
    assert table.get(account, "s") is None
    assert list(table.query("#month = :m", {":m": account}, index="month")) == []


def test_a_partition_is_read_in_the_order_of_its_sort_key(table, account):
    keys = ["attempt#000010", "attempt#000009", "attempu", "attemp", "attempt#", "ä", "head", "😀", "\ufffd"]
    for key in keys:
        table.put({"PK": account, "SK": key, "n": 1})
    table.put({"PK": f"{account}x", "SK": "attempt#000001"})
    assert [item["SK"] for item in table.query(ONE, {":pk": account})] == sorted(keys)
    starting = table.query(f"{ONE} AND begins_with(SK, :a)", {":pk": account, ":a": "attempt#"})
    assert [item["SK"] for item in starting] == ["attempt#", "attempt#000009", "attempt#000010"]
    assert all(item["n"] == 1 for item in table.query(ONE, {":pk": account}))


def test_an_index_shows_its_keys_and_what_it_projects_and_no_more(table, account):
    shared = {"lane": f"{account}#l", "due_at": 5, "month": f"{account}#m", "at": 6, "sha_head": account, "sha": "abc"}
    table.put({"PK": account, "SK": "s", **shared, "sent_at": 7, "judged_by": "j", "status": "queued", "raw": b"1"})
    key = {"PK": account, "SK": "s"}
    asked = {"due": ("lane", "due_at"), "month": ("month", "at"), "sha": ("sha_head", "sha")}
    projected = {"due": {"sent_at": 7, "judged_by": "j"}}
    for index, names in asked.items():
        (item,) = table.query(f"#{names[0]} = :h", {":h": shared[names[0]]}, index=index)
        assert item == {**key, **{name: shared[name] for name in names}, **projected.get(index, {})}


def test_an_index_leaves_out_what_it_does_not_project_of_this_item_and_items_without_its_keys(table, account):
    table.put({"PK": account, "SK": "both", "lane": f"{account}#l", "due_at": 5})
    table.put({"PK": account, "SK": "half", "lane": f"{account}#l"})
    items = list(table.query("#lane = :l", {":l": f"{account}#l"}, index="due"))
    assert items == [{"PK": account, "SK": "both", "lane": f"{account}#l", "due_at": 5}]


def test_an_index_is_read_in_order_to_a_bound_and_to_a_limit(table, account):
    for number in (30, 4, 100, 5, -1):
        put(table, account, number, lane=f"{account}#l", due_at=number)
    until = {":l": f"{account}#l", ":until": 30}
    due = "#lane = :l AND #due_at <= :until"
    assert [i["due_at"] for i in table.query(due, until, index="due")] == [-1, 4, 5, 30]
    assert [i["due_at"] for i in table.query(due, until, index="due", limit=2)] == [-1, 4]
    assert list(table.query(due, {**until, ":until": -2}, index="due")) == []


def test_a_span_of_an_index_includes_both_its_ends(table, account):
    for number in range(6):
        put(table, account, number, month=account, at=number)
    span = table.query(
        "#month = :m AND #at BETWEEN :since AND :until", {":m": account, ":since": 2, ":until": 4}, index="month"
    )
    assert [item["at"] for item in span] == [2, 3, 4]


def test_a_text_in_an_index_is_found_by_how_it_begins(table, account):
    for number, sha in enumerate(["abc", "abd", "abcd", "ab"]):
        put(table, account, number, sha_head=account, sha=sha)
    found = table.query("#sha_head = :h AND begins_with(#sha, :s)", {":h": account, ":s": "abc"}, index="sha")
    assert [item["sha"] for item in found] == ["abc", "abcd"]


def test_many_with_one_sort_key_are_each_read_once_and_none_is_left_out(table, account):
    put(table, account, *range(450), lane=f"{account}#l", due_at=1)
    put(table, account, *range(450, 460), lane=f"{account}#l", due_at=2)
    for limit, expected in ((None, 460), (450, 450), (201, 201), (200, 200)):
        items = list(table.query("#lane = :l", {":l": f"{account}#l"}, index="due", limit=limit))
        keys = [item["PK"] for item in items]
        assert len(keys) == len(set(keys)) == expected
        assert all(one["due_at"] <= other["due_at"] for one, other in itertools.pairwise(items))


def test_what_an_index_says_follows_a_change(table, account):
    put(table, account, 1, lane=f"{account}#l", due_at=1)
    table.update(f"{account}#1", "s", "SET #due_at = :d, #sent_at = :d", values={":d": 9})
    (item,) = table.query("#lane = :l", {":l": f"{account}#l"}, index="due")
    assert (item["due_at"], item["sent_at"]) == (9, 9)
    table.update(f"{account}#1", "s", "REMOVE #lane, #due_at")
    assert list(table.query("#lane = :l", {":l": f"{account}#l"}, index="due")) == []


@pytest.mark.parametrize(
    ("condition", "values"),
    [("#a = :a", {}), ("#a =", {}), ("#a = :a AND", {":a": 1}), ("#a", {})],
)
def test_an_expression_that_is_wrong_in_itself_is_refused_whatever_stands_there(table, account, condition, values):
    with pytest.raises((StoreUnavailable, ValueError)):
        table.put({"PK": account, "SK": "s"}, condition, values)
    assert table.get(account, "s") is None
