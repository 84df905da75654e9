"""Users, projects, whose token it is, and who is let in at all."""

import pytest

from devstack.sandbox.account import COWORKER_TOKEN, JANE, SAM, TOKEN


def names(answer, field):
    return [item[field] for item in answer.json()]


def test_users_are_listed_with_role_and_state(client, sandbox):
    jane = client.get("/users").json()[0]
    assert {key: jane[key] for key in ("id", "email", "first_name", "last_name", "role", "state", "url")} == {
        "id": JANE.id,
        "email": "jane@acme.example",
        "first_name": "Jane",
        "last_name": "Doe",
        "role": "supervisor",
        "state": "active",
        "url": f"{sandbox.base_url}/users/{JANE.id}",
    }
    assert client.get(f"/users/{JANE.id}").json() == jane


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["jane", "sam", "lee", "kim", "alex"]),
        ("name=jane%20d", ["jane"]),
        ("email=SAM@", ["sam"]),
        ("role=coworker", ["sam", "alex"]),
        ("state=active", ["jane", "sam", "lee"]),
        ("state=suspended", ["kim"]),
        ("role=coworker&state=disabled", ["alex"]),
    ],
)
def test_users_can_be_filtered(client, query, found):
    assert names(client.get(f"/users?{query}"), "email") == [f"{name}@acme.example" for name in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Website", "Gear GmbH", "Internal", "Old Site"]),
        ("name=SITE", ["Website", "Old Site"]),
        ("enabled=true&name=site", ["Website"]),
        ("enabled=false", ["Old Site"]),
        ("billable=false", ["Internal"]),
        ("billing_increment=1", ["Gear GmbH"]),
        ("project_group_ids=3768", ["Website", "Old Site"]),
    ],
)
def test_projects_can_be_filtered(client, query, found):
    assert names(client.get(f"/projects?{query}"), "name") == found


def test_lists_of_projects_and_users_have_pages(client, sandbox):
    answer = client.get("/projects?per_page=3&page=2")
    assert names(answer, "name") == ["Old Site"]
    assert f'<{sandbox.base_url}/projects?per_page=3&page=1>; rel="prev"' in answer.header("Link")
    assert len(client.get("/users?per_page=2").json()) == 2


def test_one_project_can_be_got(client):
    project = client.get("/projects").json()[3]
    assert (project["name"], project["enabled"], project["billing_increment"]) == ("Old Site", False, 15)
    assert client.get(f"/projects/{project['id']}").json() == project


def test_the_current_user_is_the_tokens_owner(client):
    me = client.get("/current_user").json()
    assert me["id"] == JANE.id
    assert {"time_format", "week_start", "utc_offset"} <= set(me)
    client.headers["X-NokoToken"] = COWORKER_TOKEN
    assert client.get("/current_user/").json()["id"] == SAM.id


@pytest.mark.parametrize(
    "path", ["/users/1", "/projects/1", "/entries/1", "/entries/x", "/tags/1", "/invoices", "/", "/v3", "/v2x/users"]
)
def test_what_is_not_there_is_a_404(client, path):
    assert client.get(path).status == 404


def test_another_method_on_a_known_path_is_a_405(client):
    assert client.send("PATCH", "/entries").status == 405


def test_both_ways_to_send_a_token_work(client):
    agent = {"user-agent": "Tests/1"}
    assert client.send("GET", "/users", headers=agent | {"x-nokotoken": TOKEN}).status == 200
    assert client.send("GET", "/users", headers=agent | {"authorization": f"Bearer {TOKEN}"}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-NokoToken": "wrong"},
        {"X-NokoToken": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
    ],
)
def test_a_wrong_or_missing_token_is_a_401(client, sandbox, headers):
    answer = client.send("POST", "/entries", b"{}", headers={"User-Agent": "Tests/1"} | headers)
    assert answer.status == 401
    assert sandbox.books.entries() == []


def test_a_token_under_the_older_name_of_the_header_works(client):
    assert client.send("GET", "/users", headers={"User-Agent": "Tests/1", "X-FreckleToken": TOKEN}).status == 200
    assert client.send("GET", "/users", headers={"User-Agent": "Tests/1", "X-FreckleToken": "wrong"}).status == 401


def test_a_token_in_the_query_does_not_count(client):
    assert client.send("GET", f"/users?token={TOKEN}", headers={"User-Agent": "Tests/1"}).status == 401


@pytest.mark.parametrize("agent", [{}, {"User-Agent": ""}])
def test_a_request_without_user_agent_is_rejected(client, agent):
    answer = client.send("GET", "/users", headers={"X-NokoToken": TOKEN} | agent)
    assert (answer.status, "User-Agent" in answer.json()["message"]) == (400, True)


def test_a_revoked_token_is_a_401_until_it_is_restored(client, sandbox):
    sandbox.credentials.revoke(COWORKER_TOKEN)
    assert client.get("/users").status == 200
    sandbox.credentials.revoke()
    assert client.get("/users").status == 401
    sandbox.credentials.restore(TOKEN)
    assert client.get("/users").status == 200


def test_people_can_archive_a_project_disable_a_user_and_add_a_project(client, sandbox):
    sandbox.books.edit_project(37396, enabled=False)
    sandbox.books.edit_user(SAM.id, state="disabled")
    added = sandbox.books.add_project("New", billing_increment=6)
    assert client.get("/projects/37396").json()["enabled"] is False
    assert client.get(f"/users/{SAM.id}").json()["state"] == "disabled"
    assert client.get(f"/projects/{added.id}").json()["billing_increment"] == 6


def test_every_answer_says_nginx_and_the_time(client):
    answer = client.get("/users")
    assert answer.header("Server") == "nginx"
    assert answer.header("Date") == "Thu, 01 Jan 2026 12:00:00 GMT"
