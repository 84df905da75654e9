"""What becomes of hashtags on their way to Noko: fixed ones are added, numbers are none, unknown ones wait or go."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.directive_description import hashtags
from chalicelib.domain.directory import Tags
from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.domain.routing_table import Defaults, Form, NewTags, Repository, Routing
from chalicelib.domain.tag import MAX_DESCRIPTION
from chalicelib.domain.tagging import described, may_meet_unknown, unknown_tags
from devstack.sandbox import hashtag as noko

KNOWN = Tags(frozenset({"bug", "dev", "straße", "a-b"}), fetched_at=0)
RULE = repository_rule(Routing(), "acme/website")


def rule(new_tags, *tags):
    return replace(RULE, new_tags=NewTags(new_tags), tags=tags)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Fix it", "Fix it"),
        ("Fix #bug", "Fix #bug"),
        ("Fix #BUG, then #Dev*.", "Fix #BUG, then #Dev*."),
        ("Fix #bugs and #new*", "Fix bugs and new*"),
        ("(#new)", "(new)"),
        ("#a-b #a-b- #-a-b", "#a-b a-b- -a-b"),
        ("#- #_", "- _"),
        ("#Straße #strasse", "#Straße strasse"),
        ("C#new page#new /#new &#39; ##new", "C#new page#new /#new &#39; ##new"),
        ("#new#bug", "new#bug"),
        ("#12 #bug", "GH-12 #bug"),
    ],
)
def test_what_noko_does_not_have_becomes_plain_text(text, sent):
    assert described(text, rule("text"), KNOWN) == sent
    assert described(text, rule("hold"), KNOWN) == sent


@pytest.mark.parametrize("text", ["Fix #new and #newer*", "(#new)", "#a-b-"])
def test_unless_a_rule_says_otherwise_noko_creates_tags(text):
    assert RULE.new_tags is NewTags.CREATE
    assert described(text, RULE, None) == text
    assert unknown_tags(text, RULE, None) == ()
    assert not may_meet_unknown(text, RULE)


def test_while_nobody_knows_noko_s_tags_none_is_taken_for_known():
    assert described("Fix #bug", rule("text"), None) == "Fix bug"
    assert unknown_tags("Fix #bug", rule("hold"), None) == ("bug",)


def test_fixed_tags_are_judged_like_the_author_s():
    assert described("Fix", rule("text", "dev", "new"), KNOWN) == "Fix #dev new"
    assert unknown_tags("Fix #bug", rule("hold", "dev", "new*"), KNOWN) == ("new",)
    assert may_meet_unknown("Fix", rule("hold", "dev"))
    assert not may_meet_unknown("Fix", rule("hold"))


def test_each_unknown_tag_is_named_once_without_its_star():
    assert unknown_tags("#new* #bug #new #x-y", rule("hold"), KNOWN) == ("new", "x-y")


@pytest.mark.parametrize("new_tags", list(NewTags))
def test_the_number_of_an_issue_becomes_no_tag_on_any_path(new_tags):
    everything = Tags(frozenset({"12", "13", "14", "2fa"}), fetched_at=0)
    sent = described("Fix #12, [#13] and acme/web#14", rule(new_tags, "12", "15*", "2fa"), everything)
    assert sent == "Fix GH-12, [GH-13] and acme/web GH-14 GH-15 #2fa"
    assert not any(tag.is_number for tag in noko.hashtags(sent))


@pytest.mark.parametrize("new_tags", list(NewTags))
def test_what_is_over_30_characters_loses_its_sign_on_any_path(new_tags):
    long = "x" * 31
    everything = Tags(frozenset({long, "x" * 30}), fetched_at=0)
    assert described(f"Fix #{long}", rule(new_tags), everything) == f"Fix {long}"
    assert described("Fix", rule(new_tags, long), everything) == f"Fix {long}"
    assert described("Fix", rule(new_tags, "x" * 30), everything) == f"Fix #{'x' * 30}"


def test_a_repository_s_own_word_goes_before_the_defaults_and_forms_follow_those():
    routing = Routing(
        defaults=Defaults(new_tags=NewTags.HOLD),
        repositories=(Repository("acme/*"), Repository("acme/web*", new_tags=NewTags.TEXT)),
        forms=(Form("timesheet"),),
    )
    assert repository_rule(routing, "acme/website").new_tags is NewTags.TEXT
    assert repository_rule(routing, "acme/api").new_tags is NewTags.HOLD
    assert form_rule(routing, "timesheet").new_tags is NewTags.HOLD


texts = st.text(alphabet="#*- ab1ß_/&.,…(\u0301Ä\n", max_size=60)
names = st.frozensets(st.from_regex(r"[ab1ßä_-]{1,5}", fullmatch=True), max_size=8)
tag_lists = st.lists(st.from_regex(r"[ab1-]{1,5}\*?", fullmatch=True), max_size=4).map(tuple)


@given(texts, names, tag_lists, st.sampled_from(["text", "hold"]))
@example("#a- #-a", frozenset({"a"}), (), "text")
@example("x" * 993 + " (#ab", frozenset({"ab"}), ("b",), "text")
def test_whatever_the_text_no_tag_is_sent_that_noko_does_not_have(text, known, tags, new_tags):
    sent = described(text, rule(new_tags, *tags), Tags(known, fetched_at=0))
    found = [*(tag.name for tag in noko.hashtags(sent)), *(tag.removesuffix("*") for tag in hashtags(sent))]
    assert [name for name in found if name.lower() not in known] == []


@given(st.text(max_size=80), tag_lists, st.sampled_from(list(NewTags)))
def test_what_is_sent_is_bounded_and_without_numbers_and_is_sent_so_again(text, tags, new_tags):
    sent = described(text * 20, rule(new_tags, *tags), KNOWN)
    assert len(sent) <= MAX_DESCRIPTION
    assert not any(tag.is_number for tag in noko.hashtags(sent))
    if new_tags is NewTags.CREATE:
        assert described(sent, rule(new_tags, *tags), KNOWN) == sent


@given(texts, names)
def test_only_signs_are_taken_away(text, known):
    kept = described(text, rule("create"), None)
    sent = described(text, rule("text"), Tags(known, fetched_at=0))
    assert re.sub("#", "", sent) == re.sub("#", "", kept)


def test_a_hostile_text_takes_time_in_line_with_its_length():
    def seconds(length):
        start = time.perf_counter()
        unknown_tags("#-" * length + "#" * length + "-" * length, rule("hold"), KNOWN)
        return time.perf_counter() - start

    seconds(1_000)
    short, long = min(seconds(5_000) for _ in range(5)), min(seconds(20_000) for _ in range(5))
    assert long < short * 12
