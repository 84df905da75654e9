"""One commit as the API tells of it: people, dates, parents, and files by pages."""

import pytest

from devstack.github import Author, FakeGitHub, Switches

COMMITS = "/repos/acme/website-shop/commits"


def test_a_commit_names_its_parents_its_people_and_its_message(client, shop, play):
    first, second = play.commit("first"), play.commit("second", "first")
    shop.add(first, second)
    told = client.get(f"{COMMITS}/{second.sha}").json()
    assert (told["sha"], told["commit"]["message"]) == (second.sha, second.message)
    assert told["html_url"] == f"https://github.com/acme/website-shop/commit/{second.sha}"
    assert [parent["sha"] for parent in told["parents"]] == [first.sha]
    assert client.get(told["parents"][0]["url"]).json()["sha"] == first.sha
    assert told["author"]["login"] == told["committer"]["login"] == "jane-dev"
    assert told["commit"]["author"] | {"date": ""} == {"name": "Jane Doe", "email": "jane@acme.example", "date": ""}


def test_dates_are_told_in_utc_whatever_the_offset_of_the_commit(client, shop, play):
    shop.add(play.commit("a", committer_date="2026-01-01T00:40:00+02:00", author_date="2025-12-31T23:59:59-08:00"))
    told = client.get(f"{COMMITS}/main").json()["commit"]
    assert told["committer"]["date"] == "2025-12-31T22:40:00Z"
    assert told["author"]["date"] == "2026-01-01T07:59:59Z"


def test_a_date_without_an_offset_is_a_mistake_of_the_test(client, shop, play):
    shop.add(play.commit("a", committer_date="2026-01-01T00:40:00"))
    with pytest.raises(ValueError, match="needs an offset"):
        client.get(f"{COMMITS}/main")


def test_an_address_that_github_does_not_know_has_no_account(client, shop, play):
    shop.add(play.commit("a", author=Author("Bob", "bob@home.example"), committer=Author("GitHub", "n@g", "web-flow")))
    told = client.get(f"{COMMITS}/main").json()
    assert (told["author"], told["committer"]["login"]) == (None, "web-flow")
    assert told["commit"]["author"]["email"] == "bob@home.example"


def test_files_say_what_happened_to_them(client, shop, play):
    shop.add(play.commit("a", added=("b",), removed=("c",), modified=("a",), renamed=(("old", "new"),)))
    files = client.get(f"{COMMITS}/main").json()["files"]
    assert [(file["filename"], file["status"], file.get("previous_filename")) for file in files] == [
        ("a", "modified", None),
        ("b", "added", None),
        ("c", "removed", None),
        ("new", "renamed", "old"),
    ]


def test_300_files_fit_one_page(client, shop, play):
    shop.add(play.commit("a", added=tuple(f"{n:04}" for n in range(300))))
    answer = client.get(f"{COMMITS}/main")
    assert (len(answer.json()["files"]), answer.header("Link")) == (300, None)


@pytest.mark.parametrize(("query", "pages"), [("", 3), ("?per_page=100", 7), ("?per_page=1000", 7)])
def test_more_files_come_by_pages_with_the_commit_on_each(client, shop, play, query, pages):
    shop.add(play.commit("a", added=tuple(f"{n:04}" for n in range(601))))
    answers = client.follow(f"{COMMITS}/main{query}")
    assert len(answers) == pages
    assert [file["filename"] for answer in answers for file in answer.json()["files"]] == [
        f"{n:04}" for n in range(601)
    ]
    assert {answer.json()["sha"] for answer in answers} == {play.sha("a")}


def test_no_more_than_3000_files_are_ever_told(client, shop, play):
    shop.add(play.commit("a", modified=tuple(f"{n:04}" for n in range(3001))))
    assert sum(len(answer.json()["files"]) for answer in client.follow(f"{COMMITS}/main")) == 3000


@pytest.mark.parametrize("ref", ["f" * 40, "no-branch", "x"])
def test_an_unknown_commit_is_a_422_that_names_it(client, shop, play, ref):
    shop.add(play.commit("a"))
    answer = client.get(f"{COMMITS}/{ref}")
    assert (answer.status, answer.json()["message"]) == (422, f"No commit found for SHA: {ref}")


def test_an_unknown_commit_can_be_a_404_instead(shop, play):
    github = FakeGitHub(switches=Switches(unknown_sha_status=404))
    github.forge.put(shop).add(play.commit("a"))
    assert play.client(github).get(f"{COMMITS}/{'f' * 40}").status == 404


def test_an_empty_repository_is_a_409(client):
    answer = client.get(f"{COMMITS}/main")
    assert (answer.status, answer.json()["message"]) == (409, "Git Repository is empty.")


@pytest.mark.parametrize("ref", ["feature/one", "feature%2Fone", "x"])
def test_a_branch_may_have_any_name(client, shop, play, ref):
    shop.add(play.commit("a"), branch="feature/one")
    shop.branches["x"] = play.sha("a")
    assert client.get(f"{COMMITS}/{ref}").json()["sha"] == play.sha("a")
