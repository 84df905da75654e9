"""An account with a past: thousands of entries at once, in every state."""

import datetime as dt
import json
import time

import pytest

from devstack.sandbox import Sandbox
from devstack.sandbox.account import GEAR, JANE, OLD_SITE
from devstack.sandbox.seed import past

UNTIL = dt.date(2026, 1, 1)


def test_three_thousand_entries_take_well_under_a_second(client, sandbox):
    begun = time.process_time()
    sandbox.books.log_many(past(sandbox.books, 3_000, until=UNTIL))
    assert time.process_time() - begun < 0.5
    begun = time.process_time()
    assert len(client.get("/entries?per_page=1000&page=3").json()) == 1_000
    assert time.process_time() - begun < 0.5


def test_the_past_holds_every_state(client, sandbox):
    sandbox.books.log_many(past(sandbox.books, 3_000, until=UNTIL))
    archived = client.get(f"/entries?project_ids={OLD_SITE.id}&per_page=1000").json()
    assert len(archived) == 600
    queries = ("approved_by_ids=5538", "invoiced=true", "invoice_ids=9001", "import_ids=8910", "billable=false")
    assert all(client.get(f"/entries?{query}").json() for query in queries)
    every = sandbox.books.entries()
    assert {entry.approved_at is None for entry in every} == {True, False}
    assert {entry.invoiced_at is not None and entry.invoice_id is None for entry in every} == {True, False}
    assert {(UNTIL - entry.date).days for entry in every} == set(range(90))
    assert len({(entry.user_id, entry.project_id) for entry in every}) == 25


def test_it_is_the_same_past_every_time(sandbox, clock):
    other = Sandbox(clock=clock)
    for each in (sandbox, other):
        each.books.log_many(past(each.books, 100, until=UNTIL))
    assert sandbox.books.entries() == other.books.entries()


def steer(client, value):
    return client.send("POST", "/_sandbox/entries", json.dumps(value).encode(), headers={})


def test_a_running_sandbox_takes_entries_in_any_state(client):
    row = {"user_id": JANE.id, "date": "2025-11-01", "minutes": 25, "project_id": OLD_SITE.id, "description": "#tea"}
    stamps = {"approved_at": "2025-11-02T08:00:00Z", "invoiced_at": "2025-12-01T00:00:00Z"}
    when = {"created_at": "2025-11-01T09:00:00Z"}
    more = {"approved_by": JANE.id, "invoice_id": 7, "import_id": 8, "source_url": "https://x.example/1"}
    answer = steer(client, {"entries": [row | stamps | more | when, {**row, "project_id": GEAR.id}]})
    first, second = (client.get(f"/entries/{number}").json() for number in answer.json()["ids"])
    assert answer.status == 200
    assert (stamps | when | {"updated_at": when["created_at"]}).items() <= first.items()
    assert (first["minutes"], first["approved_by"]["id"], first["invoice"]["id"]) == (30, JANE.id, 7)
    assert (second["minutes"], second["approved_at"], second["created_at"]) == (25, None, "2026-01-01T12:00:00Z")


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_id": 1},
        {"project_id": 1},
        {"approved_by": 1},
        {"approved_at": "yesterday"},
        {"created_at": "2026-01-01"},
        {"date": "x"},
        {"minutes": -1},
        {"colour": "red"},
    ],
)
def test_rows_that_cannot_be_are_refused_and_none_of_them_is_logged(client, sandbox, wrong):
    row = {"user_id": JANE.id, "date": "2025-11-01", "minutes": 25}
    answer = steer(client, {"entries": [row, row | wrong]})
    assert answer.status == 400
    assert answer.json()["message"]
    assert sandbox.books.entries() == []
