"""Any history: ranges hold what they should, in an order that a replay can follow."""

from hypothesis import given
from hypothesis import strategies as st

from devstack.github.graph import ancestors, between, merge_base
from devstack.github.record import Author, Commit

SOMEBODY = Author("A", "a@a.example")


@st.composite
def histories(draw):
    size = draw(st.integers(1, 12))
    commits = {}
    for n in range(size):
        parents = draw(st.lists(st.integers(0, n - 1), max_size=3, unique=True)) if n else []
        date = f"2026-01-{draw(st.integers(1, 28)):02}T00:00:00Z"
        commits[str(n)] = Commit(str(n), "", SOMEBODY, date, date, tuple(map(str, parents)))
    return commits, str(draw(st.integers(0, size - 1))), str(draw(st.integers(0, size - 1)))


def reach(commits, sha):
    return {sha}.union(*(reach(commits, parent) for parent in commits[sha].parents))


@given(histories())
def test_a_range_is_what_one_reaches_and_the_other_does_not(drawn):
    commits, base, head = drawn
    found = [commit.sha for commit in between(commits, base, head)]
    assert len(found) == len(set(found))
    assert set(found) == reach(commits, head) - reach(commits, base)
    assert all(found.index(p) < found.index(sha) for sha in found for p in commits[sha].parents if p in found)


@given(histories())
def test_two_lines_meet_in_a_common_ancestor_that_no_other_follows(drawn):
    commits, base, head = drawn
    common = reach(commits, base) & reach(commits, head)
    found = merge_base(commits, base, head)
    assert (found is None) is (not common)
    if found is not None:
        assert found in common
        assert not any(found in reach(commits, other) for other in common - {found})


def test_what_is_not_held_ends_the_history():
    orphan = Commit("1", "", SOMEBODY, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", ("gone",))
    assert ancestors({"1": orphan}, "1") == {"1"}
    assert ancestors({"1": orphan}, "gone") == set()
    assert between({"1": orphan}, "gone", "1") == [orphan]
