import json
from pathlib import Path

import pytest
from stories.person import JANE, SAM
from stories.scripted import ScriptedRepository

from cli.git.command import GitFailed, git
from cli.git.repository import NOTHING
from devstack.git.push import push_payload

RECORDED = Path(__file__).parents[2] / "payloads" / "github"


@pytest.fixture
def repo(tmp_path):
    return ScriptedRepository(tmp_path / "website.git")


def recorded(name):
    return json.loads((RECORDED / f"{name}.json").read_text())


def last(repo):
    return repo.pushes[-1].payload


def kinds(value):
    """Describe JSON by its types; the paths in a list are of one kind."""
    if isinstance(value, dict):
        return {name: kinds(inner) for name, inner in value.items()}
    return {json.dumps(kinds(inner)) for inner in value} if isinstance(value, list) else type(value).__name__


def subjects(payload):
    return [commit["message"].partition("\n")[0] for commit in payload["commits"]]


def test_a_push_has_the_shape_of_a_recorded_one(repo):
    repo.commit("main", "Open the shop", files={"shop.py": "1\n"})
    repo.push("main")
    ours, theirs = last(repo), recorded("push_several")
    commit, model = ours["commits"][0], theirs["commits"][0]
    assert ours.keys() == theirs.keys() - {"organization"}
    assert commit.keys() == model.keys()
    assert kinds({**commit, "added": [], "modified": []}) == kinds({**model, "added": [], "modified": []})
    assert kinds(ours["pusher"]) == kinds(theirs["pusher"])
    assert ours["head_commit"] == commit
    for part in ("repository", "sender"):
        assert ours[part].keys() <= theirs[part].keys()
    for name in ("id", "full_name", "pushed_at", "default_branch", "master_branch", "html_url"):
        assert type(ours["repository"][name]) is type(theirs["repository"][name])


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("delete_branch", {"created": False, "deleted": True, "forced": False}),
        ("new_branch_no_commits", {"created": True, "deleted": False, "forced": False}),
    ],
)
def test_branches_come_and_go_as_recorded(repo, name, flags):
    repo.branch("feature/gift-cards")
    repo.push("feature/gift-cards")
    if flags["deleted"]:
        repo.delete("feature/gift-cards")
    ours, theirs = last(repo), recorded(name)
    assert {flag: ours[flag] for flag in flags} == {flag: theirs[flag] for flag in flags} == flags
    assert ours["commits"] == theirs["commits"] == []
    assert (ours["base_ref"], ours["head_commit"] is None) == (theirs["base_ref"], theirs["head_commit"] is None)
    assert NOTHING in {ours["before"], ours["after"]}
    if flags["created"]:
        assert ours["compare"].endswith("/compare/feature/gift-cards")
    else:
        assert ours["compare"].endswith("...000000000000")


def test_the_timestamp_is_the_committers_with_the_offset_of_the_day(repo):
    sha = repo.commit("main", "Round the tax", by=SAM)
    repo.wait(days=2)
    repo.cherry_pick(sha, "main", by=JANE)
    repo.push("main")
    first, again = last(repo)["commits"]
    assert first["timestamp"] == "2026-07-01T09:00:00+01:00"
    assert again["timestamp"] == "2026-07-03T10:10:00+02:00"
    assert (again["author"]["username"], again["committer"]["username"]) == ("sam-codes", "jane-dev")


def test_a_rename_is_one_removed_and_one_added(repo):
    repo.commit("main", "Open the shop", files={"shop.py": "1\n" * 50})
    repo.commit("main", "Move the shop", files={"shop.py": None, "shop/__init__.py": "1\n" * 50, "README": "New\n"})
    repo.push("main")
    commit = last(repo)["head_commit"]
    assert (commit["added"], commit["removed"], commit["modified"]) == (["shop/__init__.py"], ["shop.py"], ["README"])


def test_a_merge_lists_what_differs_from_its_first_parent(repo):
    repo.branch("till")
    repo.commit("till", "Fix the till", files={"till.py": "1\n"})
    repo.push("till")
    repo.commit("main", "Round the tax", files={"tax.py": "1\n"})
    repo.push("main")
    repo.merge_commit("till", number=3, title="Fix the till")
    assert subjects(last(repo)) == ["Fix the till", "Merge pull request #3 from acme/till"]
    assert [commit["distinct"] for commit in last(repo)["commits"]] == [False, True]
    assert last(repo)["head_commit"]["added"] == ["till.py"]
    assert not last(repo)["forced"]


def test_a_new_branch_brings_only_what_no_branch_has(repo):
    repo.branch("one")
    repo.commit("one", "First")
    repo.push("one")
    repo.branch("two", of="one")
    repo.commit("two", "Second")
    repo.commit("two", "Third")
    repo.push("two")
    assert (last(repo)["created"], subjects(last(repo))) == (True, ["Second", "Third"])
    shas = [commit["id"][:12] for commit in last(repo)["commits"]]
    assert last(repo)["compare"].endswith(f"/compare/{shas[0]}^...{shas[1]}")


def test_a_rebase_is_forced_and_brings_other_peoples_commits_as_not_distinct(repo):
    repo.branch("till")
    repo.commit("till", "Fix the till")
    repo.push("till")
    repo.commit("main", "Round the tax", by=SAM)
    repo.push("main", by=SAM)
    repo.rebase("till")
    repo.force_push("till")
    assert last(repo)["forced"]
    assert [(c["message"], c["distinct"]) for c in last(repo)["commits"]] == [
        ("Round the tax", False),
        ("Fix the till", True),
    ]


def test_a_before_that_is_gone_makes_it_forced(repo):
    gone = "1" * 40
    head = repo.heads["main"]
    payload = push_payload(
        repo.path, full_name="acme/website", branch="main", before=gone, after=head, default_branch="main", pushed_at=1
    )
    assert (payload["forced"], subjects(payload)) == (True, ["Begin"])


def test_an_after_that_is_nowhere_is_an_error_in_gits_own_words(repo):
    with pytest.raises(GitFailed, match="1111111"):
        push_payload(
            repo.path,
            full_name="acme/website",
            branch="main",
            before=NOTHING,
            after="1" * 40,
            default_branch="main",
            pushed_at=1,
        )


def test_nothing_of_a_persons_own_configuration_shows(repo, monkeypatch, tmp_path):
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[log]\n\tshowSignature = true\n\tdate = relative\n[diff]\n\trenames = copies\n[color]\n\tui = always\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    repo.commit("main", "Round the tax")
    repo.push("main")
    assert last(repo)["head_commit"]["timestamp"] == "2026-07-01T10:00:00+02:00"
    assert git(repo.path, "rev-parse", "--is-bare-repository") == b"true\n"
