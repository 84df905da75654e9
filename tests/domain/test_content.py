"""By what a commit is recognised: the title without what is added when it is made again, and the lists of files."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.content import files_of, number_in, title_of

NAMES = st.lists(st.text(min_size=1, max_size=5), max_size=4)
REPOSITORY = "acme/website"


@pytest.mark.parametrize(
    "again",
    [
        "Fix the till (GH-7)",
        "Fix the till (GH-7) (GH-12)",
        "[7.1.x] Fix the till",
        "[v2.0] Fix the till (GH-9)",
        "[Backport 8.0.x] Fix the till",
    ],
)
def test_a_title_is_the_same_with_the_number_of_a_pull_request_or_a_release_before_it(again):
    assert title_of(REPOSITORY, again) == title_of(REPOSITORY, "Fix the till")


@pytest.mark.parametrize(
    "other", ["Fix the tills", "fix the till", "GH-7 Fix the till", "[shop] Fix the till", "[7] Fix the till", ""]
)
def test_any_other_text_is_another_title(other):
    assert title_of(REPOSITORY, other) != title_of(REPOSITORY, "Fix the till")


def test_a_title_belongs_to_its_repository_whatever_the_case_of_its_name():
    assert title_of("Acme/Website", "wip") == title_of("acme/website", "wip")
    assert title_of("acme/api", "wip") != title_of("acme/website", "wip")


def test_the_number_is_the_last_one():
    assert number_in("Fix (GH-7) the till (GH-12)") == "(GH-12)"
    assert number_in("GH-7: fix the till") is None


@given(NAMES, NAMES, NAMES)
def test_the_order_of_files_does_not_count(added, removed, modified):
    assert files_of(added, removed, modified) == files_of(added[::-1], removed[::-1], [*modified, *modified][::-1])


def test_what_happened_to_a_file_counts():
    lists = (["a"], ["b"], ["c"])
    assert len({files_of(*order) for order in permutations(lists)}) == 6
    assert files_of(["a"], [], []) != files_of([], [], ["a"])


def test_a_lone_surrogate_does_no_harm():
    assert len(title_of(REPOSITORY, "\ud800")) == len(files_of(["\udfff"], [], [])) == 32
