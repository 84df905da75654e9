"""Marking entries as invoiced elsewhere, one or many."""

import pytest

from devstack.sandbox import Switches
from devstack.sandbox.account import COWORKER_TOKEN, OLD_SITE


@pytest.fixture
def entry(client):
    return client.log().json()["id"]


def invoiced_at(client, number):
    return client.get(f"/entries/{number}").json()["invoiced_at"]


def test_an_entry_is_marked_with_a_date(client, entry):
    answer = client.put(f"/entries/{entry}/marked_as_invoiced", {"date": "2025-12-31"})
    assert (answer.status, answer.body) == (204, b"")
    assert invoiced_at(client, entry) == "2025-12-31T00:00:00Z"
    assert [e["id"] for e in client.get("/entries?invoiced_at_from=2025-12-31&invoiced=true").json()] == [entry]


def test_a_second_mark_moves_the_date(client, entry):
    for date in ("2025-12-31", "2026-01-02"):
        assert client.put(f"/entries/{entry}/marked_as_invoiced", {"date": date}).status == 204
    assert invoiced_at(client, entry) == "2026-01-02T00:00:00Z"


def test_what_stands_on_an_invoice_cannot_be_marked(client, sandbox, entry, refused):
    sandbox.books.edit(entry, invoiced_at=0, invoice_id=7)
    answer = client.put(f"/entries/{entry}/marked_as_invoiced", {"date": "2025-12-31"})
    assert refused(answer) == {("Entry", "base", "already_invoiced")}
    invoice = client.get(f"/entries/{entry}").json()["invoice"]
    assert set(invoice) == {"id", "reference", "invoice_date", "state", "total_amount", "url"}


@pytest.mark.parametrize(("date", "code"), [(None, "missing_field"), ("31.12.2025", "invalid"), (20251231, "invalid")])
def test_the_date_is_required(client, entry, refused, date, code):
    wrong = {("Entry", "date", code)}
    assert refused(client.put(f"/entries/{entry}/marked_as_invoiced", {"date": date})) == wrong
    assert refused(client.put("/entries/marked_as_invoiced", {"entry_ids": [entry], "date": date})) == wrong
    assert invoiced_at(client, entry) is None


def test_everything_that_is_missing_is_named_at_once(client, refused):
    missing = {("Entry", field, "missing_field") for field in ("entry_ids", "date")}
    assert refused(client.put("/entries/marked_as_invoiced", {})) == missing


def test_many_are_marked_and_those_that_cannot_be_are_ignored(client, sandbox, entry):
    billed = client.log().json()["id"]
    sandbox.books.edit(billed, invoiced_at=0, invoice_id=7)
    old = client.log().json()["id"]
    sandbox.books.edit(old, project_id=OLD_SITE.id)
    fields = {"entry_ids": [entry, billed, old, 1], "date": "2025-12-31"}
    assert client.put("/entries/marked_as_invoiced", fields).status == 204
    assert invoiced_at(client, entry) == invoiced_at(client, old) == "2025-12-31T00:00:00Z"
    assert invoiced_at(client, billed) == "1970-01-01T00:00:00Z"


def test_a_coworker_marks_their_own_entries_only(client, entry, refused):
    sam = client.under(COWORKER_TOKEN)
    own = sam.log().json()["id"]
    answer = sam.put(f"/entries/{entry}/marked_as_invoiced", {"date": "2025-12-31"})
    assert refused(answer, 403) == {("Entry", "base", "insufficent_permissions")}
    assert sam.put("/entries/marked_as_invoiced", {"entry_ids": [entry, own], "date": "2025-12-31"}).status == 204
    assert (invoiced_at(client, entry), invoiced_at(client, own)) == (None, "2025-12-31T00:00:00Z")


@pytest.mark.parametrize("path", ["1/marked_as_invoiced", "marked_as_invoiced"])
def test_an_account_without_invoices_says_so(client, sandbox, path):
    sandbox.switches = Switches(missing_features={"invoicing"})
    answer = client.put(f"/entries/{path}", {"entry_ids": [1], "date": "2025-12-31"})
    assert (answer.status, answer.json()) == (403, {"message": "Account does not include this feature"})


def test_an_entry_that_is_not_there_is_a_404(client):
    assert client.put("/entries/1/marked_as_invoiced", {"date": "2025-12-31"}).status == 404
