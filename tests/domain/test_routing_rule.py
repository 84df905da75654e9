"""Which rule holds for a repository, what its patterns match, and what its tags add."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.glob import matches
from chalicelib.domain.repository_rule import logs_branch, repository_rule
from chalicelib.domain.routing_table import Defaults, Mode, Repository, Routing
from chalicelib.domain.tag import MAX_DESCRIPTION, MAX_TAG, MAX_TAGS, with_tags

letters = st.text("ab/*?", max_size=12)


def reference(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return reference(pattern[1:], text) or (bool(text) and reference(pattern, text[1:]))
    return bool(text) and pattern[0] in {"?", text[0]} and reference(pattern[1:], text[1:])


@given(letters, st.text("ab/", max_size=12))
def test_a_glob_matches_what_the_obvious_definition_matches(pattern, text):
    assert matches(pattern, text) == reference(pattern, text)


@given(st.text(max_size=20).filter(lambda text: not set(text) & {"*", "?"}), st.text(max_size=20))
def test_a_pattern_without_wildcards_matches_itself_alone(pattern, text):
    assert matches(pattern, pattern)
    assert matches(pattern, text) == (pattern == text)


def test_a_hostile_pattern_takes_time_in_line_with_the_text():
    def seconds(length):
        start = time.perf_counter()
        assert not matches("*a" * 40 + "b", "a" * length)
        return time.perf_counter() - start

    seconds(1_000)
    short, long = min(seconds(20_000) for _ in range(5)), min(seconds(80_000) for _ in range(5))
    assert long < short * 12


@pytest.mark.parametrize(
    ("pattern", "branch", "logged"),
    [
        ("*", "feature/a/b", True),
        ("main", "main", True),
        ("main", "maintenance", False),
        ("release/*", "release/1.2", True),
        ("release/*", "release/1.2/hotfix", True),
        ("release/**", "release/1.2", True),
        ("release/*", "release", False),
        ("v?.x", "v2.x", True),
        ("v?.x", "v12.x", False),
        ("Main", "main", False),
    ],
)
def test_a_branch_is_logged_if_a_pattern_fits_all_of_it(pattern, branch, logged):
    rule = repository_rule(Routing(defaults=Defaults(branches=("never", pattern))), "acme/website")
    assert logs_branch(rule, branch) is logged


def test_an_empty_list_of_branches_logs_none():
    routing = Routing(repositories=(Repository("acme/secret", branches=()),))
    assert not logs_branch(repository_rule(routing, "acme/secret"), "main")
    assert logs_branch(repository_rule(routing, "acme/other"), "main")


def test_the_last_match_wins_and_case_does_not_count():
    routing = Routing(
        repositories=(
            Repository("acme/website", project="first"),
            Repository("ACME/web*", project="second"),
            Repository("acme/api", project="third"),
        )
    )
    assert repository_rule(routing, "Acme/Website").project == "second"
    assert repository_rule(routing, "acme/api").project == "third"
    assert repository_rule(routing, "acme/other").project is None


def test_what_a_table_leaves_out_comes_from_the_defaults_and_not_from_an_earlier_match():
    routing = Routing(
        defaults=Defaults(mode=Mode.OBSERVE, tags=("dev",), max_minutes=600, minutes_per_day=450),
        repositories=(
            Repository("acme/*", project="Gear", tags=("gear",), require_brackets=True),
            Repository("acme/web*", branches=("main",)),
        ),
    )
    rule = repository_rule(routing, "acme/website")
    assert (rule.match, rule.project, rule.branches) == ("acme/web*", None, ("main",))
    assert (rule.mode, rule.tags, rule.require_brackets) == (Mode.OBSERVE, ("dev",), False)
    assert (rule.max_minutes, rule.minutes_per_day) == (600, 450)


def test_what_a_table_says_goes_before_the_defaults_even_if_it_says_no_or_nothing():
    routing = Routing(
        defaults=Defaults(mode=Mode.OBSERVE, tags=("dev",), require_brackets=True, max_minutes=600),
        repositories=(Repository("acme/*", mode=Mode.LIVE, tags=(), require_brackets=False, max_minutes=60),),
    )
    rule = repository_rule(routing, "acme/website")
    assert (rule.mode, rule.tags, rule.require_brackets, rule.max_minutes) == (Mode.LIVE, (), False, 60)


def test_without_a_match_the_defaults_hold():
    rule = repository_rule(Routing(), "acme/website")
    assert (rule.match, rule.mode, rule.branches, rule.tags) == (None, Mode.LIVE, ("*",), ())


@pytest.mark.parametrize(
    ("description", "tags", "result"),
    [
        ("Fix it", (), "Fix it"),
        ("Fix it", ("dev", "web*"), "Fix it #dev #web*"),
        ("Fix #DEV it", ("dev", "web"), "Fix #DEV it #web"),
        ("Fix #dev, at last", ("dev",), "Fix #dev, at last"),
        ("Fix #dev*", ("dev",), "Fix #dev*"),
        ("Fix #developer", ("dev",), "Fix #developer #dev"),
        ("Fix C#dev", ("dev",), "Fix C#dev #dev"),
        ("Fix it", ("dev", "Dev"), "Fix it #Dev"),
        ("", ("dev",), "#dev"),
        ("Fix it", ("12", "2fa"), "Fix it GH-12 #2fa"),
        ("Fix GH-12", ("12*",), "Fix GH-12"),
        ("Fix it", ("a" * 30 + "*", "b" * 31), f"Fix it #{'a' * 30}* {'b' * 31}"),
    ],
)
def test_the_tags_of_a_rule_are_added_where_they_are_missing(description, tags, result):
    assert with_tags(description, tags) == result


def test_a_long_description_gives_way_to_the_tags():
    result = with_tags("word " * 250, ("dev", "web"))
    assert result.endswith("… #dev #web")
    assert MAX_DESCRIPTION - 5 < len(result) <= MAX_DESCRIPTION


def test_a_description_that_just_fits_is_left_alone():
    assert with_tags("x" * 995, ("dev",)) == "x" * 995 + " #dev"
    assert with_tags("x" * 996, ("dev",)) == "x" * 994 + "… #dev"


def test_a_tag_that_was_cut_off_is_added_again_and_never_left_in_half():
    result = with_tags("x" * 985 + " #development #dev", ("dev", "development"))
    assert result == "x" * 981 + "… #dev #development"
    result = with_tags("x" * 985 + " #development", ("dev",))
    assert result == "x" * 985 + "… #dev"
    assert with_tags("x" * 985 + " (#development)", ("dev",)) == "x" * 985 + " (… #dev"


tag_lists = st.lists(st.from_regex(rf"[a-z]{{1,{MAX_TAG}}}\*?", fullmatch=True), max_size=MAX_TAGS, unique_by=str.lower)


@given(st.text("ab# *…", max_size=40).map(lambda text: text * 40), tag_lists)
def test_every_tag_is_there_once_and_the_whole_is_bounded(description, tags):
    result = with_tags(description, tags)
    assert len(result) <= MAX_DESCRIPTION
    present = [re.sub(r"[*.,;:!?)\]}]+$", "", word[1:]) for word in result.split() if word.startswith("#")]
    assert {tag.rstrip("*") for tag in tags} <= set(present)
    assert with_tags(result, tags) == result
