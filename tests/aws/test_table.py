"""One table: what its answers and errors become."""

import datetime as dt
import time
from email.utils import format_datetime

import pytest
from botocore.stub import Stubber

from chalicelib.aws.table import DynamoTable
from chalicelib.errors import StoreUnavailable
from chalicelib.ports.table import Lost

NOW = 1_782_820_800_000

CALLS = {
    "get_item": lambda table: table.get("p", "s"),
    "put_item": lambda table: table.put({"PK": "p", "SK": "s"}, "attribute_not_exists(PK)"),
    "update_item": lambda table: table.update("p", "s", "SET #a = :a", values={":a": 1}),
    "delete_item": lambda table: table.delete("p", "s"),
    "query": lambda table: list(table.query("PK = :pk", {":pk": "p"})),
}


@pytest.fixture
def stubbed(emulator):
    client = emulator.client("dynamodb")
    with Stubber(client) as stubber:
        yield DynamoTable(client, "t", now=lambda: NOW), stubber


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "InternalServerError", "AccessDeniedException", "500"]
)
def test_what_the_table_refuses_is_the_store_being_unavailable(stubbed, operation, code):
    table, stubber = stubbed
    stubber.add_client_error(operation, code, "do not repeat: secret")
    with pytest.raises(StoreUnavailable) as raised:
        CALLS[operation](table)
    assert str(raised.value) == f"the table answered {code}"


@pytest.mark.parametrize("operation", CALLS)
def test_a_table_that_does_not_answer_is_unavailable(emulator, operation):
    nobody = emulator.client("dynamodb", url="http://127.0.0.1:9", attempts=1)
    with pytest.raises(StoreUnavailable, match="did not answer: EndpointConnectionError"):
        CALLS[operation](DynamoTable(nobody, "t", now=lambda: NOW))


def test_a_table_that_does_not_exist_is_unavailable(emulator):
    with pytest.raises(StoreUnavailable, match="ResourceNotFoundException"):
        DynamoTable(emulator.dynamodb, "nowhere", now=lambda: NOW).get("p", "s")


@pytest.mark.parametrize("write", ["put", "update"])
def test_who_loses_a_condition_learns_what_stands_there(table, account, write):
    table.put({"PK": account, "SK": "s", "count": 7, "text": "ü", "raw": b"\x00\xff", "on": True, "none": None})
    if write == "put":
        lost = table.put({"PK": account, "SK": "s"}, "#count = :count", {":count": 8})
    else:
        lost = table.update(account, "s", "SET #on = :on", condition="#count = :count", values={":count": 8, ":on": 0})
    assert lost == Lost({"PK": account, "SK": "s", "count": 7, "text": "ü", "raw": b"\x00\xff", "on": True})


def test_who_loses_to_nothing_learns_that_nothing_is_there(table, account):
    assert table.update(account, "s", "SET #a = :a", condition="attribute_exists(PK)", values={":a": 1}) == Lost({})
    assert table.get(account, "s") is None


def test_an_update_returns_the_item_as_it_is_afterwards(table, account):
    table.put({"PK": account, "SK": "s", "count": 7})
    changed = table.update(account, "s", "SET #count = #count + :one", values={":one": -8})
    assert changed == {"PK": account, "SK": "s", "count": -1}


def test_names_that_dynamodb_reserves_can_be_used(table, account):
    table.put({"PK": account, "SK": "s", "status": "queued", "token": "t"})
    lost = table.update(
        account, "s", "SET #status = :b REMOVE #token", condition="(#status = :a)", values={":a": "queued", ":b": "x"}
    )
    assert lost == {"PK": account, "SK": "s", "status": "x"}


def test_what_is_deleted_is_gone_and_deleting_twice_is_harmless(table, account):
    table.put({"PK": account, "SK": "s"})
    table.delete(account, "s")
    table.delete(account, "s")
    assert table.get(account, "s") is None


def test_a_query_reads_on_until_there_is_no_more(stubbed):
    table, stubber = stubbed
    key = {"PK": {"S": "p"}, "SK": {"S": "1"}}
    asked = {
        "TableName": "t",
        "KeyConditionExpression": "PK = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "p"}},
        "ConsistentRead": True,
    }
    stubber.add_response("query", {"Items": [key], "LastEvaluatedKey": key}, {**asked, "Limit": 3})
    more = {**asked, "ExclusiveStartKey": key}
    stubber.add_response("query", {"Items": [], "LastEvaluatedKey": key}, {**more, "Limit": 2})
    stubber.add_response("query", {"Items": [key, key], "LastEvaluatedKey": key}, {**more, "Limit": 2})
    assert len(list(table.query("PK = :pk", {":pk": "p"}, limit=3))) == 3
    stubber.assert_no_pending_responses()


def test_a_query_of_the_table_itself_is_strongly_consistent_and_of_an_index_is_not(stubbed):
    table, stubber = stubbed
    plain = {"TableName": "t", "KeyConditionExpression": "#a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}}
    named = {**plain, "ExpressionAttributeNames": {"#a": "a"}}
    stubber.add_response("query", {"Items": []}, {**named, "ConsistentRead": True})
    stubber.add_response("query", {"Items": []}, {**named, "IndexName": "due"})
    assert list(table.query("#a = :a", {":a": 1})) == []
    assert list(table.query("#a = :a", {":a": 1}, index="due")) == []


def test_single_items_are_read_strongly_consistent(stubbed):
    table, stubber = stubbed
    key = {"PK": {"S": "p"}, "SK": {"S": "s"}}
    stubber.add_response("get_item", {}, {"TableName": "t", "Key": key, "ConsistentRead": True})
    assert table.get("p", "s") is None


def dated(date):
    return {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {"date": date}}}


@pytest.mark.parametrize("ahead_ms", [-86_400_000, -4_000, 0, 4_000, 86_400_000])
def test_the_clock_is_compared_with_the_date_of_the_answers(stubbed, ahead_ms):
    table, stubber = stubbed
    theirs = dt.datetime.fromtimestamp((NOW - ahead_ms) / 1000, dt.UTC)
    stubber.add_response("get_item", dated(format_datetime(theirs, usegmt=True)))
    assert abs(table.skew_ms() - ahead_ms) <= 1000


def test_the_clock_is_compared_on_refusals_too(stubbed):
    table, stubber = stubbed
    stubber.add_client_error(
        "put_item", "ThrottlingException", response_meta={"HTTPHeaders": {"date": "Tue, 30 Jun 2026 11:00:00 GMT"}}
    )
    with pytest.raises(StoreUnavailable):
        table.put({"PK": "p", "SK": "s"})
    assert abs(table.skew_ms() - 3_600_000) <= 1000


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Jun 2026 12:00:00 GMT"])
def test_a_date_that_nobody_can_read_measures_nothing(stubbed, date):
    table, stubber = stubbed
    stubber.add_response("get_item", dated(date))
    assert table.get("p", "s") is None


def test_the_emulators_clock_is_this_machines(emulator):
    table = DynamoTable(emulator.dynamodb, emulator.table, now=lambda: time.time_ns() // 1_000_000)
    assert abs(table.skew_ms()) <= 2_000
