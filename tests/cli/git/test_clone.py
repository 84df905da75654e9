import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.scripted import ScriptedRepository

from cli.git import clone as clones
from cli.git.clone import Origin, origin_of
from cli.git.command import GitFailed, git
from cli.git.repository import commits

HUB = "github.com"


@pytest.fixture
def hub(tmp_path):
    """The repository on GitHub: three commits on `main`, one more on `till`."""
    repo = ScriptedRepository(tmp_path / "hub.git")
    repo.commit("main", "Open the shop")
    repo.commit("main", "Paint the shop")
    repo.push("main")
    repo.branch("till")
    repo.commit("till", "Fix the till")
    repo.push("till")
    return repo


def cloned(hub, path, *options):
    git(hub.path, "config", "uploadpack.allowFilter", "true")
    git(path.parent, "clone", "--quiet", *options, f"file://{hub.path}", path.name)
    return path


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://github.com/acme/website", Origin(HUB, "acme/website")),
        ("https://github.com/acme/website.git", Origin(HUB, "acme/website")),
        ("https://jane:secret@GitHub.com/acme/web.site.git/", Origin(HUB, "acme/web.site")),
        ("git@github.com:acme/website.git", Origin(HUB, "acme/website")),
        ("github.com:acme/website", Origin(HUB, "acme/website")),
        ("ssh://git@github.com/acme/website.git", Origin(HUB, "acme/website")),
        ("ssh://git@ssh.github.com:443/acme/website.git", Origin("ssh.github.com", "acme/website")),
        ("git://github.com/acme/website", Origin(HUB, "acme/website")),
        ("https://git.acme.example/acme/website", Origin("git.acme.example", "acme/website")),
        ("https://github.com/acme", None),
        ("https://github.com/acme/web/site", None),
        ("https://github.com/ac me/website", None),
        ("gh:acme/website", Origin("gh", "acme/website")),
        ("file:///srv/acme/website.git", None),
        ("../acme/website.git", None),
        ("", None),
    ],
)
def test_an_address_tells_the_server_and_the_name(url, origin):
    assert origin_of(url) == origin


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_whatever_an_address_says_it_is_a_repository_of_an_owner_or_nothing(url):
    found = origin_of(url)
    assert found is None or clones.is_full_name(found.full_name)


def test_a_clone_knows_the_branches_of_its_remote_and_not_its_own(hub, tmp_path):
    path = cloned(hub, tmp_path / "mine")
    git(path, "branch", "only-here")
    git(path, "config", "remote.origin.url", "git@github.com:acme/website.git")
    found = clones.look(path)
    assert found.branches == {"main": hub.heads["main"], "till": hub.heads["till"]}
    assert (found.default_branch, found.origin) == ("main", Origin(HUB, "acme/website"))
    assert found.boundary == frozenset()


@pytest.mark.parametrize("how", ["--bare", "--mirror"])
def test_a_bare_clone_has_them_as_its_own(hub, tmp_path, how):
    found = clones.look(cloned(hub, tmp_path / "mine.git", how))
    assert found.branches == {"main": hub.heads["main"], "till": hub.heads["till"]}
    assert found.default_branch == "main"


def test_a_repository_without_a_remote_has_no_origin(tmp_path):
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    found = clones.look(tmp_path)
    assert (found.origin, found.branches, found.default_branch) == (None, {}, None)


def test_a_remote_that_never_said_which_branch_is_the_default_one_leaves_it_open(hub, tmp_path):
    path = cloned(hub, tmp_path / "mine")
    git(path, "remote", "set-head", "origin", "--delete")
    assert clones.look(path).default_branch is None


def test_a_shallow_clone_knows_where_its_history_ends(hub, tmp_path):
    path = cloned(hub, tmp_path / "mine", "--depth=2", "--no-single-branch")
    found = clones.look(path)
    there = commits(path, found.branches.values())
    assert found.boundary == {commit.id for commit in there if not commit.parents}
    assert len(found.boundary) >= 1


def test_a_clone_without_contents_is_read_without_asking_for_them(hub, tmp_path):
    path = cloned(hub, tmp_path / "mine", "--filter=blob:none", "--no-checkout")
    hub.path.rename(tmp_path / "gone")
    found = commits(path, clones.look(path).branches.values())
    assert [commit.added for commit in found if commit.subject == "Fix the till"] == [("part_3",)]


def test_ids_may_be_sha256(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main")
    line = (
        b"commit refs/heads/main\ncommitter J <j@x.example> 1782813600 +0200\ndata 1\nx\nM 100644 inline f\ndata 1\nx\n"
    )
    git(tmp_path, "fast-import", "--quiet", stdin=line)
    (sha,) = clones.look(tmp_path).branches.values()
    assert len(sha) == 64
    assert [commit.id for commit in commits(tmp_path, [sha])] == [sha]


def test_what_is_no_repository_is_told_in_the_words_of_git(tmp_path):
    with pytest.raises(GitFailed, match="not a git repository"):
        clones.look(tmp_path)


def test_without_git_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitFailed, match="no git on this machine"):
        clones.look(tmp_path)
