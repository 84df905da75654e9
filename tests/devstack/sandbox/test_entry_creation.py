"""POST /entries: what is taken, what Noko makes of it, and what is refused."""

import pytest

from devstack.sandbox import Switches
from devstack.sandbox.account import ALEX, COWORKER_TOKEN, GEAR, JANE, LEADER_TOKEN, OLD_SITE, SAM, WEBSITE


def codes(answer):
    return {(e["resource"], e["field"], e["code"]) for e in answer.json()["errors"]}


def test_an_entry_is_created_with_everything_the_documentation_shows(client, sandbox):
    answer = client.log(description="fix #bug", project_id=GEAR.id, user_id=SAM.id, source_url="https://x.example/1")
    entry = answer.json()
    url = f"{sandbox.base_url}/entries/{entry['id']}"
    assert (answer.status, answer.header("Location")) == (201, url)
    assert set(entry["user"]) == {"id", "email", "first_name", "last_name", "profile_image_url", "url"}
    assert set(entry["project"]) == {
        "id", "name", "billing_increment", "enabled", "billable", "color", "url",
    }  # fmt: skip
    tag = {"id": 249397, "name": "bug", "billable": True, "formatted_name": "#bug"}
    assert entry["tags"] == [tag | {"url": f"{sandbox.base_url}/tags/249397"}]
    plain = {key: value for key, value in entry.items() if key not in {"user", "project", "tags"}}
    assert plain == {
        "id": entry["id"],
        "date": "2026-01-01",
        "billable": True,
        "minutes": 30,
        "description": "fix #bug",
        "source_url": "https://x.example/1",
        "invoiced_at": None,
        "invoice": None,
        "import": None,
        "approved_at": None,
        "approved_by": None,
        "url": url,
        "invoiced_outside_of_noko_url": f"{url}/marked_as_invoiced",
        "approved_url": f"{url}/approved",
        "unapproved_url": f"{url}/unapproved",
        "created_at": "2026-01-01T12:00:00Z",
        "updated_at": "2026-01-01T12:00:00Z",
    }


def test_what_was_created_can_be_got(client):
    created = client.log(project_id=WEBSITE.id).json()
    assert client.get(f"/entries/{created['id']}").json() == created
    assert isinstance(created["id"], int)


def test_without_project_and_user_it_belongs_to_the_tokens_owner_and_no_project(client):
    entry = client.log().json()
    assert (entry["user"]["id"], entry["project"], entry["description"]) == (JANE.id, None, None)


@pytest.mark.parametrize(("asked", "kept"), [(0, 0), (1, 15), (15, 15), (16, 30), (61, 75)])
def test_minutes_are_rounded_up_to_the_billing_increment(client, asked, kept):
    assert client.log(minutes=asked, project_id=WEBSITE.id).json()["minutes"] == kept
    assert client.log(minutes=asked, project_id=GEAR.id).json()["minutes"] == asked


def test_an_unbillable_project_or_tag_makes_the_entry_unbillable(client, sandbox):
    internal = sandbox.books.project_named("internal")
    assert client.log(project_id=internal.id).json()["billable"] is False
    assert client.log(project_id=GEAR.id, description="#lunch*").json()["billable"] is False
    assert client.log(project_id=GEAR.id, description="#work").json()["billable"] is True


def test_a_tag_is_made_once_and_a_star_makes_it_unbillable_from_then_on(client, sandbox):
    first = client.log(description="#tea #cake").json()
    again = client.log(description="#Cake* #TEA").json()
    assert [tag["formatted_name"] for tag in again["tags"]] == ["#cake*", "#tea"]
    assert {tag["id"] for tag in first["tags"]} == {tag["id"] for tag in again["tags"]}
    assert client.log(description="#cake").json()["billable"] is False
    assert first["billable"] is True
    assert len(sandbox.books.tags()) == 2


def test_a_known_project_name_is_used_and_an_unknown_one_creates_a_project(client, sandbox):
    assert client.log(project_name="gear gmbh").json()["project"]["id"] == GEAR.id
    before = len(sandbox.books.projects())
    made = client.log(project_name="Moonshot", minutes=1).json()
    assert (made["project"]["name"], made["minutes"]) == ("Moonshot", 15)
    assert len(sandbox.books.projects()) == before + 1


@pytest.mark.parametrize("code", ["cannot_create_projects", "reached_project_limit"])
def test_whether_a_name_may_create_a_project_is_a_switch(client, sandbox, code):
    sandbox.switches = Switches(unknown_project=code)
    assert codes(client.log(project_name="Moonshot")) == {("Entry", "project_name", code)}
    assert sandbox.books.project_named("Moonshot") is None


def test_a_refused_entry_creates_no_project_either(client, sandbox):
    assert client.log(project_name="Moonshot", minutes="much").status == 400
    assert sandbox.books.project_named("Moonshot") is None


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"minutes": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_a_parsing_error(client, body):
    answer = client.send("POST", "/entries", body)
    assert (answer.status, answer.json()) == (400, {"message": "JSON Parsing Error"})


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null"])
def test_json_that_is_no_object_is_refused(client, body):
    answer = client.send("POST", "/entries", body)
    assert (answer.status, answer.json()) == (400, {"message": "Body should be JSON Hash"})


def test_every_missing_field_is_named_at_once(client, sandbox):
    answer = client.post("/entries", {"description": "x"})
    assert (answer.status, answer.json()["message"]) == (400, "Validation Failed")
    assert codes(answer) == {("Entry", "date", "missing_field"), ("Entry", "minutes", "missing_field")}
    assert sandbox.books.entries() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", "01.02.2026"),
        ("date", "2026-02-31"),
        ("date", "20260101"),
        ("date", "2026-01-01T00:00:00Z"),
        ("date", 20260101),
        ("minutes", "30"),
        ("minutes", 30.0),
        ("minutes", True),
        ("minutes", -1),
        ("description", 7),
        ("source_url", ["x"]),
        ("user_id", "5538"),
        ("user_id", 0),
        ("project_id", 2**31),
        ("project_name", 3),
    ],
)
def test_a_field_of_the_wrong_form_is_refused(client, sandbox, field, value):
    answer = client.log(**{field: value})
    assert (answer.status, codes(answer)) == (400, {("Entry", field, "invalid")})
    assert sandbox.books.entries() == []


@pytest.mark.parametrize("field", ["user_id", "project_id"])
def test_an_id_that_nobody_has_is_missing(client, field):
    assert codes(client.log(**{field: 999})) == {("Entry", field, "missing")}


def test_a_leader_may_log_for_others(client):
    client.headers["X-NokoToken"] = LEADER_TOKEN
    assert client.log(user_id=SAM.id).json()["user"]["id"] == SAM.id


@pytest.mark.parametrize("status", [400, 403])
def test_how_a_coworker_who_logs_for_another_is_refused_is_a_switch(client, sandbox, status):
    sandbox.switches = Switches(for_others_status=status)
    client.headers["X-NokoToken"] = COWORKER_TOKEN
    answer = client.log(user_id=JANE.id)
    assert answer.status == status
    assert codes(answer) == {("Entry", "user_id", "insufficent_permissions")}
    assert client.log(user_id=SAM.id).status == 201


def test_an_archived_project_is_a_switch(client, sandbox):
    assert codes(client.log(project_id=OLD_SITE.id)) == {("Entry", "project_id", "archived_project")}
    assert codes(client.log(project_name="Old Site")) == {("Entry", "project_name", "archived_project")}
    sandbox.switches = Switches(archived_project="accepted")
    assert client.log(project_id=OLD_SITE.id).status == 201


def test_a_user_who_is_not_active_is_a_switch(client, sandbox):
    assert codes(client.log(user_id=ALEX.id)) == {("Entry", "user_id", "missing")}
    sandbox.switches = Switches(inactive_user="accepted")
    assert client.log(user_id=ALEX.id).status == 201


def test_a_number_as_hashtag_is_a_switch(client, sandbox):
    assert [tag["name"] for tag in client.log(description="see #123").json()["tags"]] == ["123"]
    sandbox.switches = Switches(numeric_hashtag="refused")
    assert codes(client.log(description="see #123")) == {("Entry", "description", "cannot_create_tags")}
    assert client.log(description="see GH-123 #v2").status == 201


@pytest.mark.parametrize("field", ["description", "source_url"])
def test_how_long_a_text_may_be_is_a_switch(client, sandbox, field):
    assert client.log(**{field: "x" * 100_000}).status == 201
    sandbox.switches = Switches(**{f"max_{field}": 10})
    assert client.log(**{field: "x" * 10}).status == 201
    assert codes(client.log(**{field: "x" * 11})) == {("Entry", field, "too_long")}


def test_the_same_entry_twice_is_two_entries_unless_the_switch_says_otherwise(client, sandbox):
    assert [client.log().status for _ in range(2)] == [201, 201]
    assert len(sandbox.books.entries()) == 2


def test_with_the_switch_the_same_entry_is_refused_within_a_minute(client, sandbox, clock):
    sandbox.switches = Switches(duplicate="refused")
    client.log(description="a")
    clock.pass_ms(59_999)
    twice = client.log(description="a")
    assert (twice.status, codes(twice)) == (400, {("Entry", "base", "already_exists")})
    assert "duplicate" in twice.json()["message"]
    assert client.log(description="b").status == 201
    clock.pass_ms(1)
    assert client.log(description="a").status == 201


def test_minutes_that_round_to_the_same_are_no_duplicate(client, sandbox):
    sandbox.switches = Switches(duplicate="refused")
    statuses = [client.log(minutes=m, project_id=WEBSITE.id).status for m in (1, 2, 1)]
    assert statuses == [201, 201, 400]
