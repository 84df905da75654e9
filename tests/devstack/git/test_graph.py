import time

from hypothesis import given, settings
from hypothesis import strategies as st

from cli.git.command import git
from cli.git.commit import Commit, Signature
from cli.git.repository import NOTHING, commits
from devstack.git.graph import Graph
from devstack.git.push import push_payload

JANE = Signature("Jane", "jane@acme.example", 1_782_813_600)


def commit(number, *parents):
    return Commit(f"{number:040x}", "2" * 40, tuple(f"{p:040x}" for p in parents), JANE, JANE, f"Step {number}")


def reachable(graph, sha):
    found, stack = set(), [sha]
    while stack:
        sha = stack.pop()
        if sha not in found:
            found.add(sha)
            stack += graph.commits[sha].parents
    return found


@st.composite
def histories(draw):
    parents = [draw(st.lists(st.integers(0, n - 1), max_size=2, unique=True)) if n else [] for n in range(12)]
    return Graph(commit(n, *those) for n, those in enumerate(parents))


@settings(max_examples=200)
@given(histories(), st.lists(st.integers(0, 11), max_size=3), st.integers(0, 11))
def test_between_is_what_one_reaches_and_the_others_do_not(graph, before, after):
    names, head = [f"{n:040x}" for n in before], f"{after:040x}"
    expected = reachable(graph, head) - {sha for name in names for sha in reachable(graph, name)}
    found = [c.id for c in graph.between(names, head)]
    assert sorted(found) == sorted(expected)
    assert found == sorted(found), "parents come first"
    published = {sha for name in names for sha in reachable(graph, name)}
    assert graph.beyond(published, head) == graph.between(names, head)
    assert all(graph.is_ancestor(name, head) == (name in reachable(graph, head)) for name in names)


def test_what_it_does_not_know_is_nowhere():
    graph = Graph([commit(1, 0), commit(2, 1)])
    assert [c.message for c in graph.between(["f" * 40], commit(2).id)] == ["Step 1", "Step 2"]
    assert not graph.is_ancestor("f" * 40, commit(2).id)


def test_twenty_thousand_commits_are_read_and_pushed_in_seconds(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main")
    lines = (
        b"commit refs/heads/main\ncommitter J <j@x.example> %d +0000\ndata 4\nStep\nM 100644 inline f\ndata %d\n%d\n"
        % (1_700_000_000 + n, len(str(n)), n)
        for n in range(20_000)
    )
    git(tmp_path, "fast-import", "--quiet", stdin=b"".join(lines))
    began = time.monotonic()
    found = commits(tmp_path, ["main"])
    payload = push_payload(
        tmp_path,
        full_name="acme/website",
        branch="main",
        before=NOTHING,
        after=found[-1].id,
        default_branch="main",
        pushed_at=1,
    )
    assert (len(found), len(payload["commits"])) == (20_000, 2_048)
    assert payload["commits"][-1] == payload["head_commit"]
    assert time.monotonic() - began < 30
