"""PUT and DELETE /entries/:id: what changes, what stays, and what is locked."""

import pytest

from devstack.sandbox import Switches
from devstack.sandbox.account import ALEX, COWORKER_TOKEN, GEAR, INTERNAL, JANE, LEADER_TOKEN, OLD_SITE, SAM, WEBSITE


@pytest.fixture
def entry(client):
    return client.log(description="fix #bug", project_id=GEAR.id, source_url="https://x.example/1").json()


def test_an_edit_changes_what_is_given_and_nothing_else(client, clock, entry):
    clock.pass_ms(5_000)
    answer = client.put(f"/entries/{entry['id']}", {"minutes": 45, "date": "2025-12-31"})
    changed = {"minutes": 45, "date": "2025-12-31", "updated_at": "2026-01-01T12:00:05Z"}
    assert (answer.status, answer.json()) == (200, entry | changed)
    assert client.get(f"/entries/{entry['id']}").json() == entry | changed


@pytest.mark.parametrize("body", [{}, {"minutes": None}, {"description": "fix #bug"}])
def test_an_edit_without_minutes_leaves_none(client, entry, body):
    edited = client.put(f"/entries/{entry['id']}", body).json()
    assert (edited["minutes"], edited["description"]) == (0, "fix #bug")


def test_edited_minutes_are_rounded_up_to_the_increment_of_the_new_project(client, entry):
    edited = client.put(f"/entries/{entry['id']}", {"minutes": 16, "project_id": WEBSITE.id}).json()
    assert (edited["minutes"], edited["project"]["id"]) == (30, WEBSITE.id)


def test_a_move_to_an_unbillable_project_makes_the_entry_unbillable(client, entry):
    assert client.put(f"/entries/{entry['id']}", {"minutes": 5, "project_id": INTERNAL.id}).json()["billable"] is False


def test_a_new_description_brings_its_own_tags(client, sandbox, entry):
    edited = client.put(f"/entries/{entry['id']}", {"minutes": 5, "description": "#tea #cake*"}).json()
    assert [tag["formatted_name"] for tag in edited["tags"]] == ["#tea", "#cake*"]
    assert [(tag.name, sandbox.books.vocabulary.uses(tag.id)) for tag in sandbox.books.tags()] == [
        ("bug", 0), ("tea", 1), ("cake", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_text_is_taken_away(client, entry, blank):
    edited = client.put(f"/entries/{entry['id']}", {"description": blank, "source_url": blank}).json()
    assert (edited["description"], edited["source_url"], edited["tags"]) == (None, None, [])


def test_a_null_elsewhere_changes_nothing(client, entry):
    fields = {"minutes": 30, "date": None, "user_id": None, "project_id": None, "project_name": None}
    assert client.put(f"/entries/{entry['id']}", fields).json() == entry


def test_an_unknown_project_name_creates_a_project_here_too(client, entry, sandbox):
    edited = client.put(f"/entries/{entry['id']}", {"minutes": 1, "project_name": "Moonshot"}).json()
    assert (edited["project"]["name"], edited["minutes"]) == ("Moonshot", 15)
    assert sandbox.books.project_named("moonshot").id == edited["project"]["id"]


@pytest.mark.parametrize("code", ["cannot_create_projects", "reached_project_limit"])
def test_or_it_is_refused_by_the_same_switch(client, sandbox, entry, refused, code):
    sandbox.switches = Switches(unknown_project=code)
    answer = client.put(f"/entries/{entry['id']}", {"project_name": "Moonshot"})
    assert refused(answer) == {("Entry", "project_name", code)}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("date", "2026-02-31", "invalid"),
        ("minutes", -1, "invalid"),
        ("minutes", "30", "invalid"),
        ("description", 7, "invalid"),
        ("source_url", [], "invalid"),
        ("user_id", 999, "missing"),
        ("user_id", "x", "invalid"),
        ("user_id", ALEX.id, "missing"),
        ("project_id", 999, "missing"),
        ("project_id", OLD_SITE.id, "archived_project"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(client, entry, refused, field, value, code):
    answer = client.put(f"/entries/{entry['id']}", {"minutes": 5, "description": "new"} | {field: value})
    assert refused(answer) == {("Entry", field, code)}
    assert client.get(f"/entries/{entry['id']}").json() == entry


def test_an_edit_of_nothing_is_a_404(client):
    assert client.put("/entries/1", {"minutes": 5}).status == 404
    assert client.delete("/entries/1").status == 404


def test_an_edit_needs_a_json_object(client, entry):
    assert client.send("PUT", f"/entries/{entry['id']}", b"{").json() == {"message": "JSON Parsing Error"}
    assert client.send("PUT", f"/entries/{entry['id']}", b"[]").json() == {"message": "Body should be JSON Hash"}


def test_an_approved_entry_can_be_neither_edited_nor_deleted(client, sandbox, entry, start, refused):
    sandbox.books.edit(entry["id"], approved_at=start, approved_by=JANE.id)
    locked = {("Entry", "base", "approved_and_locked")}
    assert refused(client.put(f"/entries/{entry['id']}", {"minutes": 5})) == locked
    assert refused(client.delete(f"/entries/{entry['id']}")) == locked
    sandbox.books.edit(entry["id"], approved_at=None, approved_by=None)
    assert client.put(f"/entries/{entry['id']}", {"minutes": 5}).status == 200


def test_an_entry_is_deleted(client, sandbox, entry):
    answer = client.delete(f"/entries/{entry['id']}")
    assert (answer.status, answer.body) == (204, b"")
    assert client.get(f"/entries/{entry['id']}").status == 404
    assert sandbox.books.vocabulary.uses(entry["tags"][0]["id"]) == 0


def test_all_that_stands_against_deleting_is_said_at_once(client, sandbox, entry, start, refused):
    sandbox.books.edit(entry["id"], approved_at=start, invoiced_at=start, project_id=OLD_SITE.id)
    codes = ("approved_and_locked", "invoiced", "archived_project")
    assert refused(client.delete(f"/entries/{entry['id']}")) == {("Entry", "base", code) for code in codes}
    assert sandbox.books.entry(entry["id"]) is not None


@pytest.mark.parametrize(
    ("change", "code"), [({"invoiced_at": 1}, "invoiced"), ({"project_id": OLD_SITE.id}, "archived_project")]
)
def test_each_alone_stands_against_deleting_but_not_against_editing(client, sandbox, entry, refused, change, code):
    sandbox.books.edit(entry["id"], **change)
    assert refused(client.delete(f"/entries/{entry['id']}")) == {("Entry", "base", code)}
    assert client.put(f"/entries/{entry['id']}", {"minutes": 5}).status == 200


def test_a_coworker_changes_their_own_entries_only(client, entry, refused):
    sam = client.under(COWORKER_TOKEN)
    own = sam.log().json()["id"]
    denied = {("Entry", "base", "insufficent_permissions")}
    assert refused(sam.put(f"/entries/{entry['id']}", {"minutes": 5}), 403) == denied
    assert refused(sam.delete(f"/entries/{entry['id']}"), 403) == denied
    assert sam.put(f"/entries/{own}", {"minutes": 5, "user_id": SAM.id}).status == 200
    assert sam.delete(f"/entries/{own}").status == 204


@pytest.mark.parametrize("status", [400, 403])
def test_a_coworker_gives_no_entry_to_another_person(client, sandbox, refused, status):
    sandbox.switches = Switches(for_others_status=status)
    sam = client.under(COWORKER_TOKEN)
    own = sam.log().json()["id"]
    denied = refused(sam.put(f"/entries/{own}", {"user_id": JANE.id}), status)
    assert denied == {("Entry", "user_id", "insufficent_permissions")}


def test_a_leader_changes_everybodys_entries(client, entry):
    lee = client.under(LEADER_TOKEN)
    assert lee.put(f"/entries/{entry['id']}", {"user_id": SAM.id}).json()["user"]["id"] == SAM.id
    assert lee.delete(f"/entries/{entry['id']}").status == 204


def test_late_edits_and_deletions_bear_the_instant_at_which_they_are_done(client, sandbox, entry, start):
    kept = client.log().json()["id"]
    for method, number in (("PUT", kept), ("DELETE", entry["id"])):
        sandbox.faults.add("late", ms=1_000, match=(method, "/entries"))
        client.send(method, f"/entries/{number}", b'{"minutes": 5}')
    sandbox.run_due(start + 60_000)
    assert [each.updated_at for each in sandbox.books.entries()] == [start + 1_000]
    assert len(sandbox.books.entries(as_of=start + 999)) == 2
