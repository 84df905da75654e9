"""What every table promises to those who go through all of it: each item once, and what has expired."""

import pytest
from fakes.clock import START
from fakes.table import MemoryTable

from chalicelib.aws.table import DynamoTable
from standalone.table import SqliteTable

BY_ITSELF = {"moto", "ministack"}


@pytest.fixture(params=["memory", "sqlite", "moto", "ministack"])
def kind(request):
    return request.param


@pytest.fixture
def table(kind, request):
    if kind == "memory":
        return MemoryTable()
    if kind == "sqlite":
        return SqliteTable(request.getfixturevalue("database"))
    emulator = request.getfixturevalue(kind)
    return DynamoTable(emulator.dynamodb, emulator.table, now=lambda: START)


def of_account(table, account):
    return [item for item in table.scan() if item["PK"].startswith(f"{account}#")]


def test_a_scan_shows_each_item_once_with_all_it_holds(table, account):
    items = [
        {"PK": f"{account}#{number // 3}", "SK": f"{number:03d}", "raw": bytes([number]), "on": number % 2 == 0}
        for number in range(250)
    ]
    for item in items:
        table.put(item)
    assert sorted(of_account(table, account), key=lambda item: item["SK"]) == items


def test_a_scan_goes_beyond_what_one_answer_holds(table, account):
    for number in range(8):
        table.put({"PK": f"{account}#{number}", "SK": "s", "body": bytes(300_000)})
    assert len(of_account(table, account)) == 8


def test_what_has_expired_goes_unless_the_table_sees_to_it_by_itself(table, account, kind):
    now = 2**40
    for number, expires_at in enumerate((1, now // 1000 - 1, now // 1000, now // 1000 + 1, None)):
        table.put({"PK": f"{account}#{number}", "SK": "s", "expires_at": expires_at})
    assert table.get(f"{account}#0", "s")["expires_at"] == 1, "until then it is like any other"
    gone = table.expire(now, 1_000)
    left = sorted(item["PK"].rpartition("#")[2] for item in of_account(table, account))
    assert (gone, left) == ((0, ["0", "1", "2", "3", "4"]) if kind in BY_ITSELF else (3, ["3", "4"]))
