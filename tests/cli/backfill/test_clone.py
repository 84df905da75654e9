"""Backfilling from clones of every kind, and knowing which repository they are clones of."""

import pytest
from stories.scripted import ScriptedRepository

from cli.git.command import git


@pytest.fixture
def hub(tmp_path, house):
    house.clock.advance(days=10)
    repo = ScriptedRepository(tmp_path / "hub.git")
    for number in range(1, 4):
        repo.commit("main", f"Step {number} [f:{number}5m]")
    repo.push("main")
    return repo


@pytest.fixture
def clone(hub, tmp_path):
    def make(*options, url="https://github.com/acme/website.git"):
        git(hub.path, "config", "uploadpack.allowFilter", "true")
        git(tmp_path, "clone", "--quiet", *options, f"file://{hub.path}", "clone")
        git(tmp_path / "clone", "config", "remote.origin.url", url)
        return tmp_path / "clone"

    return make


def minutes(result):
    return [line["minutes"] for line in result.lines]


def look(run, path, *words, **more):
    return run("backfill", "--repo", path, "--since", "2026-06-01", "--dry-run", *words, **more)


@pytest.mark.parametrize("options", [(), ("--bare",), ("--mirror",), ("--no-checkout", "--filter=blob:none")])
def test_every_kind_of_whole_clone_works(run, hub, clone, tmp_path, options):
    path = clone(*options)
    hub.path.rename(tmp_path / "gone")
    result = look(run, path)
    assert (result.code, minutes(result)) == (0, [15, 25, 35])
    assert "shallow" not in result.err


def test_a_shallow_clone_says_that_its_history_ends(run, clone):
    result = look(run, clone("--depth=2"))
    assert (result.code, minutes(result)) == (0, [25, 35])
    assert "a shallow clone" in result.err


def test_a_whole_clone_and_a_shallow_one_log_a_commit_once(run, hub, clone, house):
    run("backfill", "--repo", clone("--depth=1"), "--since", "2026-06-01", "--yes")
    house.run(minutes=5)
    run("backfill", "--repo", hub.path, "--as", "acme/website", "--since", "2026-06-01", "--yes")
    house.run(minutes=5)
    assert sorted(entry.minutes for entry in house.sandbox.books.entries()) == [15, 25, 35]


def test_a_repository_of_sha256_works(run, tmp_path, house):
    house.clock.advance(days=10)
    git(tmp_path, "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", "repo")
    line = b"commit refs/heads/main\ncommitter J <jane@acme.example> 1782813600 +0200\ndata 13\nStep [f:15m]\n"
    git(tmp_path / "repo", "fast-import", "--quiet", stdin=line)
    words = ("--repo", tmp_path / "repo", "--as", "acme/website", "--since", "2026-06-01")
    assert run("backfill", *words, "--yes").code == 0
    house.run(minutes=3)
    ((key, status),) = house.statuses().items()
    assert (len(key), status) == (len("github:") + 64, "logged")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/website",
        "git@github.com:acme/website.git",
        "ssh://git@ssh.github.com:443/acme/website.git",
    ],
)
def test_the_origin_says_which_repository_it_is(run, clone, url):
    assert "acme/website, 1 branch: 3 new" in look(run, clone(url=url)).err


@pytest.mark.parametrize(
    "url", ["https://jane:secret@git.acme.example/acme/website", "gh:acme/website", "/srv/acme/website.git"]
)
def test_an_origin_elsewhere_has_to_be_named_and_its_secrets_are_not_told(run, clone, url):
    path = clone(url=url)
    result = look(run, path)
    assert result.code == 1
    assert "--as" in result.err
    assert "secret" not in result.err
    assert "acme/website, 1 branch: 3 new" in look(run, path, "--as", "acme/website").err


def test_an_origin_on_a_server_of_ones_own_is_known_by_the_setting(run, clone, house):
    path = clone(url="git@git.acme.example:acme/website.git")
    words = ("--repo", path, "--since", "2026-06-01")
    environment = {"GITHUB_API_URL": "https://git.acme.example/api/v3"}
    assert run("backfill", *words, "--yes", environment=environment).code == 0
    house.run(minutes=5)
    assert {e.source_url.rpartition("/")[0] for e in house.sandbox.books.entries()} == {
        "https://git.acme.example/acme/website/commit"
    }


def test_branches_are_those_of_the_remote_not_those_of_the_clone(run, clone):
    path = clone()
    git(path, "update-ref", "refs/heads/main", "HEAD~1")
    assert minutes(look(run, path)) == [15, 25, 35]
