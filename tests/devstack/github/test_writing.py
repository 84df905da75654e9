"""Statuses and comments on commits: what is taken, what is refused, what is listed."""

import pytest

REPO = "/repos/acme/website-shop"


@pytest.fixture
def sha(shop, play):
    shop.add(play.commit("a"))
    return play.sha("a")


def test_a_status_is_taken_and_listed(client, sha):
    given = {"state": "success", "target_url": "https://t.example/e", "description": "45 min", "context": "tallyhook"}
    answer = client.post(f"{REPO}/statuses/{sha}", given)
    assert (answer.status, answer.json() | given) == (201, answer.json())
    assert (answer.json()["creator"]["login"], answer.json()["created_at"]) == ("tallyhook-bot", "2026-01-01T12:00:00Z")
    assert client.get(f"{REPO}/commits/{sha}/statuses").json() == [answer.json()]


def test_a_status_needs_no_more_than_a_state(client, sha):
    told = client.post(f"{REPO}/statuses/{sha}", {"state": "pending"}).json()
    assert (told["context"], told["description"], told["target_url"]) == ("default", None, None)


def test_every_status_stays_and_the_newest_comes_first(client, sha):
    for state in ("pending", "failure", "success"):
        client.post(f"{REPO}/statuses/{sha}", {"state": state})
    listed = client.get(f"{REPO}/commits/main/statuses").json()
    assert [status["state"] for status in listed] == ["success", "failure", "pending"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("state", "done", "invalid"),
        ("state", None, "invalid"),
        ("description", "x" * 141, "custom"),
        ("description", 7, "invalid"),
        ("target_url", "ftp://t.example", "custom"),
        ("target_url", "t.example", "custom"),
        ("context", [], "invalid"),
    ],
)
def test_a_field_that_is_wrong_is_a_422_that_names_it(client, sha, field, value, code):
    answer = client.post(f"{REPO}/statuses/{sha}", {"state": "success", field: value})
    (error,) = answer.json()["errors"]
    assert (answer.status, error["resource"], error["field"], error["code"]) == (422, "Status", field, code)
    assert client.get(f"{REPO}/commits/{sha}/statuses").json() == []


def test_a_status_without_a_state_lacks_a_field(client, sha):
    assert client.post(f"{REPO}/statuses/{sha}", {}).json()["errors"][0]["code"] == "missing_field"


def test_a_description_of_140_characters_fits(client, sha):
    assert client.post(f"{REPO}/statuses/{sha}", {"state": "error", "description": "ü" * 140}).status == 201


def test_a_commit_takes_1000_statuses_of_a_context(github, client, shop, sha):
    for _ in range(1000):
        github.forge.set_status(
            shop, sha, state="success", target_url=None, description=None, context="Full", creator="x"
        )
    answer = client.post(f"{REPO}/statuses/{sha}", {"state": "success", "context": "full"})
    assert (answer.status, answer.json()["errors"][0]["code"]) == (422, "custom")
    assert client.post(f"{REPO}/statuses/{sha}", {"state": "success", "context": "other"}).status == 201


def test_a_comment_is_taken_and_listed(client, sha):
    first = client.post(f"{REPO}/commits/{sha}/comments", {"body": "Logged."})
    second = client.post(f"{REPO}/commits/{sha}/comments", {"body": "Again."})
    assert (first.status, first.header("Location")) == (201, first.json()["url"])
    assert (first.json()["commit_id"], first.json()["user"]["login"]) == (sha, "tallyhook-bot")
    assert first.json()["html_url"].startswith(f"https://github.com/acme/website-shop/commit/{sha}#")
    assert client.get(f"{REPO}/commits/{sha}/comments").json() == [first.json(), second.json()]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_field"),
        ({"body": ""}, "missing_field"),
        ({"body": 7}, "invalid"),
        ({"body": "x" * 65_537}, "custom"),
    ],
)
def test_a_comment_needs_a_text_that_fits(client, sha, body, code):
    answer = client.post(f"{REPO}/commits/{sha}/comments", body)
    assert (answer.status, answer.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize("path", ["/statuses/{}", "/commits/{}/comments"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "Problems parsing JSON"),
        (b"", "Problems parsing JSON"),
        (b"[" * 100_000, "Problems parsing JSON"),
        (b"[]", "Body should be a JSON object"),
    ],
)
def test_a_body_that_is_no_object_is_a_400(client, sha, path, body, message):
    answer = client.post(REPO + path.format(sha), body)
    assert (answer.status, answer.json()["message"]) == (400, message)


@pytest.mark.usefixtures("sha")
@pytest.mark.parametrize("path", ["/statuses/{}", "/commits/{}/comments"])
def test_nothing_is_written_on_a_commit_that_does_not_exist(client, path):
    assert client.post(REPO + path.format("f" * 40), {"state": "success", "body": "x"}).status == 422


def test_what_is_written_comes_by_pages_of_30_and_of_100_at_most(github, client, shop, sha):
    for n in range(101):
        github.forge.comment(shop, sha, body=str(n), author="x")
    by_default = client.follow(f"{REPO}/commits/{sha}/comments")
    asked = client.follow(f"{REPO}/commits/{sha}/comments?per_page=500")
    assert [len(answer.json()) for answer in by_default] == [30, 30, 30, 11]
    assert [len(answer.json()) for answer in asked] == [100, 1]


def test_writings_belong_to_their_commit_and_repository(github, client, shop, sha, play):
    shop.add(play.commit("b"))
    fork = github.forge.put(type(shop)("acme/fork"))
    fork.add(play.commit("a"))
    client.post(f"{REPO}/commits/{sha}/comments", {"body": "here"})
    client.post(f"{REPO}/statuses/{sha}", {"state": "success"})
    for elsewhere in (f"{REPO}/commits/{play.sha('b')}", f"/repos/acme/fork/commits/{sha}"):
        assert client.get(f"{elsewhere}/comments").json() == client.get(f"{elsewhere}/statuses").json() == []
