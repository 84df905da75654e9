"""What lies between two commits: which, in which order, by pages, and which files."""

import pytest

COMPARE = "/repos/acme/website-shop/compare"


def shas(answer):
    return [commit["sha"] for commit in answer.json()["commits"]]


def test_a_range_is_told_oldest_first(client, shop, play):
    commits = play.line(4)
    shop.add(*commits)
    answer = client.get(f"{COMPARE}/{commits[0].sha}...main")
    assert shas(answer) == [commit.sha for commit in commits[1:]]
    told = answer.json()
    assert (told["status"], told["ahead_by"], told["behind_by"], told["total_commits"]) == ("ahead", 3, 0, 3)
    assert told["base_commit"]["sha"] == told["merge_base_commit"]["sha"] == commits[0].sha


def test_parents_come_before_children_even_when_a_clock_went_wrong(client, shop, play):
    root, late = play.commit("root"), play.commit("late", "root", committer_date="2030-01-01T00:00:00Z")
    shop.add(root, late, play.commit("early", "late", committer_date="2020-01-01T00:00:00Z"))
    assert shas(client.get(f"{COMPARE}/{root.sha}...main")) == [late.sha, play.sha("early")]


def test_a_merge_brings_the_commits_of_its_branch(client, shop, play):
    root, side, trunk = play.commit("root"), play.commit("side", "root"), play.commit("trunk", "root")
    shop.add(root, side, trunk, play.commit("merge", "trunk", "side"))
    answer = client.get(f"{COMPARE}/{trunk.sha}...main")
    assert shas(answer) == [side.sha, play.sha("merge")]


@pytest.mark.parametrize(
    ("base", "head", "status", "ahead", "behind"),
    [
        ("side", "trunk", "diverged", 2, 1),
        ("trunk", "root", "behind", 0, 2),
        ("root", "root", "identical", 0, 0),
    ],
)
def test_two_lines_are_told_from_where_they_part(client, shop, play, base, head, status, ahead, behind):
    shop.add(play.commit("root"), play.commit("side", "root"), play.commit("more", "root"))
    shop.add(play.commit("trunk", "more"))
    told = client.get(f"{COMPARE}/{play.sha(base)}...{play.sha(head)}").json()
    assert (told["status"], told["ahead_by"], told["behind_by"]) == (status, ahead, behind)
    assert told["merge_base_commit"]["sha"] == play.sha("root")


def test_without_pages_only_the_newest_250_are_told(client, shop, play):
    commits = play.line(302)
    shop.add(*commits)
    answer = client.get(f"{COMPARE}/{commits[0].sha}...main")
    assert shas(answer) == [commit.sha for commit in commits[-250:]]
    assert (answer.json()["total_commits"], answer.header("Link")) == (301, None)


@pytest.mark.parametrize(("query", "pages"), [("?per_page=100", 4), ("?per_page=250", 4), ("?page=1", 11)])
def test_by_pages_everything_is_told_oldest_first(client, shop, play, query, pages):
    commits = play.line(302)
    shop.add(*commits)
    answers = client.follow(f"{COMPARE}/{commits[0].sha}...main{query}")
    assert len(answers) == pages
    assert [sha for answer in answers for sha in shas(answer)] == [commit.sha for commit in commits[1:]]
    assert {answer.json()["total_commits"] for answer in answers} == {301}


def test_files_stand_on_the_first_page_only_and_up_to_300(client, shop, play):
    names = tuple(f"{n:04}" for n in range(301))
    shop.add(play.commit("root"), play.commit("a", "root", added=names), play.commit("b", "a"))
    first, second = client.follow(f"{COMPARE}/{play.sha('root')}...main?per_page=1")
    assert len(first.json()["files"]) == 300
    assert "files" not in second.json()


@pytest.mark.parametrize(
    ("steps", "net"),
    [
        ([{"added": ("f",)}, {"modified": ("f",)}], [("f", "added", None)]),
        ([{"added": ("f",)}, {"removed": ("f",)}], []),
        ([{"removed": ("f",)}, {"added": ("f",)}], [("f", "modified", None)]),
        ([{"modified": ("f",)}, {"removed": ("f",)}], [("f", "removed", None)]),
        ([{"modified": ("f",)}, {"renamed": (("f", "g"),)}], [("g", "renamed", "f")]),
        ([{"renamed": (("f", "g"),)}, {"renamed": (("g", "h"),)}], [("h", "renamed", "f")]),
        ([{"renamed": (("f", "g"),)}, {"modified": ("g",)}], [("g", "renamed", "f")]),
        ([{"renamed": (("f", "g"),)}, {"removed": ("g",)}], [("f", "removed", None)]),
        ([{"added": ("f",)}, {"renamed": (("f", "g"),)}], [("g", "added", None)]),
    ],
)
def test_files_are_those_of_the_whole_range(client, shop, play, steps, net):
    shop.add(play.commit(0), *(play.commit(n, n - 1, **step) for n, step in enumerate(steps, 1)))
    files = client.get(f"{COMPARE}/{play.sha(0)}...main").json()["files"]
    assert [(file["filename"], file["status"], file.get("previous_filename")) for file in files] == net


def test_branches_can_be_compared(client, shop, play):
    shop.add(play.commit("root"))
    shop.add(play.commit("a", "root"), branch="feature/one")
    assert shas(client.get(f"{COMPARE}/main...feature%2Fone")) == [play.sha("a")]


@pytest.mark.parametrize("range_", ["{0}...{x}", "{x}...{0}", "{0}..{0}", "{0}", "...{0}"])
def test_what_is_unknown_or_no_range_is_a_404(client, shop, play, range_):
    shop.add(play.commit(0))
    assert client.get(f"{COMPARE}/{range_.format(play.sha(0), x='f' * 40)}").status == 404


def test_histories_that_never_meet_are_a_404_that_says_so(client, shop, play):
    shop.add(play.commit("a"), play.commit("b"))
    answer = client.get(f"{COMPARE}/{play.sha('a')}...{play.sha('b')}")
    assert answer.status == 404
    assert answer.json()["message"].startswith("No common ancestor between")
