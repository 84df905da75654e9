"""Who may call, and what a token does not see."""

import pytest

from devstack.github import TOKEN, FakeGitHub, Repository, Token

REPO = "/repos/acme/website-shop"


@pytest.mark.parametrize("path", [REPO, "/orgs/acme/hooks", "/nowhere"])
def test_a_token_that_does_not_work_is_a_401_everywhere(github, play, path):
    answer = play.client(github, "wrong").get(path)
    assert (answer.status, answer.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize("value", [f"Basic {TOKEN}", TOKEN, "Bearer", ""])
def test_a_token_travels_as_bearer_or_not_at_all(client, value):
    assert client.get(REPO, Authorization=value).status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "token"])
def test_the_scheme_may_be_written_in_any_case(client, scheme):
    assert client.get(REPO, Authorization=f"{scheme} {TOKEN}").status == 200


def test_a_revoked_token_works_again_when_it_is_restored(github, client):
    github.credentials.revoke()
    assert client.get(REPO).status == 401
    github.credentials.restore()
    assert client.get(REPO).status == 200


@pytest.mark.parametrize("agent", [None, ""])
def test_a_request_without_a_user_agent_is_a_403_that_is_no_json(client, agent):
    answer = client.get(REPO, User_Agent=agent)
    assert (answer.status, answer.header("Content-Type")) == (403, "text/html; charset=utf-8")
    assert b"User-Agent" in answer.body


def test_without_a_token_only_what_is_public_is_there(github, play, shop):
    nobody = play.client(github, token=None)
    assert nobody.get(REPO).status == 404
    shop.private = False
    shop.add(play.commit("a"))
    assert nobody.get(f"{REPO}/commits/main").status == 200
    assert nobody.get(f"{REPO}/hooks").status == 404
    assert nobody.post(f"{REPO}/commits/main/comments", {"body": "x"}).status == 401


@pytest.fixture
def limited(clock, play):
    """Return who reaches one repository, and neither another one nor the organisation."""
    github = FakeGitHub(now=clock, tokens=[Token("t", sees=frozenset({"Acme/One"}), may_write=False)])
    for name in ("acme/one", "acme/two"):
        github.forge.put(Repository(name)).add(play.commit("a"))
    github.forge.put(Repository("acme/open", private=False)).add(play.commit("a"))
    return play.client(github, "t")


def test_what_a_token_does_not_see_is_not_there(limited):
    assert limited.get("/repos/acme/one/hooks").status == 200
    assert limited.get("/repos/acme/two").status == limited.get("/orgs/acme/hooks").status == 404


def test_a_public_repository_can_be_read_but_its_hooks_cannot(limited):
    assert limited.get("/repos/acme/open/commits/main").status == 200
    assert limited.get("/repos/acme/open/hooks").status == 404
    permissions = limited.get("/repos/acme/open").json()["permissions"]
    assert permissions == {"admin": False, "push": False, "pull": True}


def test_a_token_that_only_reads_may_not_write(limited):
    for name in ("one", "open"):
        answer = limited.post(f"/repos/acme/{name}/statuses/main", {"state": "success"})
        assert (answer.status, "not accessible" in answer.json()["message"]) == (403, True)


def test_hooks_are_not_there_for_a_token_that_may_not_administer(github, play):
    github.credentials.add(Token("writer", may_administer=False))
    writer = play.client(github, "writer")
    assert writer.get(REPO).status == 200
    assert writer.get(f"{REPO}/hooks").status == writer.get("/orgs/acme/hooks").status == 404
