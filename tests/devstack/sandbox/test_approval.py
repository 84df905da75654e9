"""Approving and unapproving, one entry or many."""

import pytest

from devstack.sandbox import Switches
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, LEADER_TOKEN, OLD_SITE

DENIED = {("Entry", "base", "insufficent_permissions")}


@pytest.fixture
def entry(client):
    return client.log(project_id=GEAR.id).json()["id"]


@pytest.fixture
def archived(sandbox, client):
    number = client.log(minutes=1).json()["id"]
    sandbox.books.edit(number, project_id=OLD_SITE.id)
    return number


def state(client, number):
    entry = client.get(f"/entries/{number}").json()
    return entry["approved_at"], entry["approved_by"] and entry["approved_by"]["id"]


@pytest.mark.parametrize("body", [None, {}, {"approved_at": None}])
def test_an_entry_is_approved_by_the_caller_and_now(client, clock, entry, body):
    clock.pass_ms(7_000)
    answer = client.put(f"/entries/{entry}/approved", body)
    assert (answer.status, answer.body) == (204, b"")
    assert state(client, entry) == ("2026-01-01T12:00:07Z", JANE.id)
    assert client.get("/entries?updated_from=2026-01-01T12:00:07Z").json()[0]["id"] == entry


def test_or_at_the_time_that_the_call_says(client, entry):
    assert client.put(f"/entries/{entry}/approved", {"approved_at": "2025-06-30T08:00:00Z"}).status == 204
    assert state(client, entry) == ("2025-06-30T08:00:00Z", JANE.id)


@pytest.mark.parametrize("at", ["2025-06-30", "now", 7, "2025-06-30T08:00:00+02:00"])
def test_a_time_that_cannot_be_read_is_refused(client, entry, refused, at):
    wrong = {("Entry", "approved_at", "invalid")}
    assert refused(client.put(f"/entries/{entry}/approved", {"approved_at": at})) == wrong
    assert refused(client.put("/entries/approved", {"entry_ids": [entry], "approved_at": at})) == wrong
    assert state(client, entry) == (None, None)


def test_a_second_approval_is_refused(client, entry, refused):
    client.put(f"/entries/{entry}/approved")
    assert refused(client.put(f"/entries/{entry}/approved")) == {("Entry", "base", "already_approved")}


def test_on_an_archived_project_nothing_is_approved_or_unapproved(client, sandbox, archived, refused, start):
    wrong = {("Entry", "base", "archived_project")}
    assert refused(client.put(f"/entries/{archived}/approved")) == wrong
    sandbox.books.edit(archived, approved_at=start, approved_by=JANE.id)
    assert refused(client.put(f"/entries/{archived}/unapproved")) == wrong
    assert refused(client.put(f"/entries/{archived}/approved")) == wrong | {("Entry", "base", "already_approved")}


def test_an_unapproved_entry_is_free_again(client, entry):
    client.put(f"/entries/{entry}/approved")
    assert client.put(f"/entries/{entry}/unapproved").status == 204
    assert state(client, entry) == (None, None)
    assert client.delete(f"/entries/{entry}").status == 204


def test_unapproving_what_is_not_approved_changes_nothing(client, clock, entry):
    before = client.get(f"/entries/{entry}").json()
    clock.pass_ms(1_000)
    assert client.put(f"/entries/{entry}/unapproved").status == 204
    assert client.get(f"/entries/{entry}").json() == before


def test_many_are_approved_and_those_that_cannot_be_are_ignored(client, sandbox, entry, archived, start):
    earlier = client.log().json()["id"]
    sandbox.books.edit(earlier, approved_at=start - 1_000, approved_by=JANE.id)
    answer = client.put("/entries/approved", {"entry_ids": [entry, archived, earlier, 1, entry]})
    assert (answer.status, answer.body) == (204, b"")
    assert state(client, entry) == ("2026-01-01T12:00:00Z", JANE.id)
    assert state(client, archived) == (None, None)
    assert state(client, earlier) == ("2026-01-01T11:59:59Z", JANE.id)


def test_many_are_approved_at_one_time(client, entry):
    other = client.log().json()["id"]
    body = {"entry_ids": [entry, other], "approved_at": "2025-12-31T23:59:59Z"}
    assert client.put("/entries/approved", body).status == 204
    assert {state(client, number)[0] for number in (entry, other)} == {"2025-12-31T23:59:59Z"}


def test_many_are_unapproved_and_those_that_cannot_be_are_ignored(client, sandbox, entry, archived, start):
    for number in (entry, archived):
        sandbox.books.edit(number, approved_at=start, approved_by=JANE.id)
    assert client.put("/entries/unapproved", {"entry_ids": [entry, archived, 1]}).status == 204
    assert (state(client, entry), state(client, archived)[1]) == ((None, None), JANE.id)


@pytest.mark.parametrize("action", ["approved", "unapproved", "marked_as_invoiced"])
@pytest.mark.parametrize(
    ("ids", "code"),
    [(None, "missing_field"), ("1,2", "invalid"), ([0], "invalid"), (["1"], "invalid"), ([2**31], "invalid")],
)
def test_a_bulk_call_needs_a_list_of_ids(client, refused, action, ids, code):
    answer = client.put(f"/entries/{action}", {"entry_ids": ids, "date": "2026-01-01"})
    assert refused(answer) == {("Entry", "entry_ids", code)}


@pytest.mark.parametrize("action", ["approved", "unapproved", "marked_as_invoiced"])
def test_how_many_ids_a_bulk_call_takes_is_a_switch(client, sandbox, refused, action):
    fields = {"entry_ids": list(range(1, 102)), "date": "2026-01-01"}
    assert client.put(f"/entries/{action}", fields).status == 204
    sandbox.switches = Switches(max_entry_ids=100)
    assert refused(client.put(f"/entries/{action}", fields)) == {("Entry", "entry_ids", "too_long")}
    assert client.put(f"/entries/{action}", fields | {"entry_ids": list(range(1, 101))}).status == 204


def test_an_empty_list_is_a_list(client):
    assert client.put("/entries/approved", {"entry_ids": []}).status == 204


@pytest.mark.parametrize("token", [COWORKER_TOKEN, LEADER_TOKEN])
def test_only_supervisors_approve(client, entry, refused, token):
    other = client.under(token)
    assert refused(other.put(f"/entries/{entry}/approved"), 403) == DENIED
    assert refused(other.put(f"/entries/{entry}/unapproved"), 403) == DENIED
    assert refused(other.put("/entries/approved", {"entry_ids": [entry]}), 403) == DENIED
    assert refused(other.put("/entries/unapproved", {"entry_ids": [entry]}), 403) == DENIED
    assert state(client, entry) == (None, None)


def test_whether_a_bulk_call_without_permission_is_refused_or_does_nothing_is_a_switch(client, sandbox, entry):
    sandbox.switches = Switches(bulk_approval_by_others="ignored")
    sam = client.under(COWORKER_TOKEN)
    assert sam.put("/entries/approved", {"entry_ids": [entry]}).status == 204
    assert state(client, entry) == (None, None)
    client.put(f"/entries/{entry}/approved")
    assert sam.put("/entries/unapproved", {"entry_ids": [entry]}).status == 204
    assert state(client, entry)[1] == JANE.id


@pytest.mark.parametrize("path", ["1/approved", "1/unapproved", "approved", "unapproved"])
def test_an_account_without_approvals_says_so(client, sandbox, path):
    sandbox.switches = Switches(missing_features={"approvals"})
    answer = client.put(f"/entries/{path}", {"entry_ids": [1]})
    assert (answer.status, answer.json()) == (403, {"message": "Account does not include this feature"})


@pytest.mark.parametrize("path", ["approved", "unapproved"])
def test_an_entry_that_is_not_there_is_a_404(client, path):
    assert client.put(f"/entries/1/{path}").status == 404


@pytest.mark.parametrize("path", ["approved", "unapproved", "marked_as_invoiced"])
def test_a_bulk_call_without_a_body_is_no_json(client, path):
    assert client.put(f"/entries/{path}").json() == {"message": "JSON Parsing Error"}


def test_the_urls_of_an_entry_lead_to_its_actions(client, sandbox):
    entry = client.log().json()
    base = sandbox.base_url.removesuffix("/v2")
    for field, body in (("approved_url", {}), ("unapproved_url", {}), ("invoiced_outside_of_noko_url", None)):
        assert client.put(entry[field].removeprefix(base), body or {"date": "2026-01-01"}).status == 204
