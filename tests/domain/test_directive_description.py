"""What an entry says: the subject without its directives, as Noko expects it."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.directive import Time, read
from chalicelib.domain.directive_description import cut, describe, hashtags


def time(message):
    reading = read(message, today=dt.date(2026, 6, 30))
    assert isinstance(reading, Time), reading
    return reading


@pytest.mark.parametrize(
    ("subject", "description"),
    [
        ("Ship it, f:15m.", "Ship it"),
        ("Ship it f:15m!", "Ship it"),
        ("Ship it. f:15m", "Ship it."),
        ("Ship it [f:15m].", "Ship it."),
        ("Ship it: [f:15m]", "Ship it"),
        ("Ship it - f:15m", "Ship it"),
        ("f:15m: Ship it", "Ship it"),
        ("[f:15m] - Ship it", "Ship it"),
        ("[f:15m]Ship it", "Ship it"),
        ("Ship[f:15m]it", "Ship it"),
        ("Ship f:15m, then rest", "Ship, then rest"),
        ("Ship, [f:15m], then rest", "Ship, then rest"),
        ("Ship (took f:15m).", "Ship (took)."),
        ("Ship (see [f:15m] there)", "Ship (see there)"),
        ("Ship ([f:15m] today)", "Ship (today)"),
        ("Ship f:15m) it", "Ship it"),
        ("Ship [f:15m] .gitignore", "Ship .gitignore"),
        ("Ship [f:10m] [f:5m]", "Ship"),
        ("  Ship \t it\u00a0 [f:15m]\x07now ", "Ship it now"),
        ("[f:15m]", ""),
        ("/spend 15m", ""),
        ("Time-Spent: 15m", ""),
        (" Noko-Tags:\n\nf:15m", ""),
        ("\n \nShip it\n\nf:15m", "Ship it"),
        ("Ship it:\n\nf:15m", "Ship it:"),
        ('Ship `f:8` "f:8" [f:15m]', 'Ship `f:8` "f:8"'),
    ],
)
def test_a_directive_goes_with_what_only_led_up_to_it(subject, description):
    assert time(subject).description == description


@pytest.mark.parametrize(
    ("subject", "description"),
    [
        ('Revert "Ship it [f:1h]"', 'Revert "Ship it"'),
        ('Reapply "f:1h Ship it"', 'Reapply "Ship it"'),
        ('Revert "Ship f:8 it" again', 'Revert "Ship it" again'),
        ('Revert "A-1 #time 1h Ship it"', 'Revert "A-1 Ship it"'),
        ('Revert "Ship `f:8` it #12"', 'Revert "Ship `f:8` it GH-12"'),
        ('Revert "Ship [f:1h] the…', 'Revert "Ship the…'),
    ],
)
def test_a_revert_does_not_repeat_the_directives_of_what_it_reverts(subject, description):
    assert time(f"{subject}\n\nf:10m").description == description
    assert time(f"{subject}\n\nf:10m").minutes == 10


@pytest.mark.parametrize(
    ("subject", "description", "tags"),
    [
        ("#123", "GH-123", ()),
        ("(#12) and #13, #14.", "(GH-12) and GH-13, GH-14.", ()),
        ("acme/web#12", "acme/web GH-12", ()),
        ("##12", "GH-12", ()),
        ("#2fa #12-a #a_b", "#2fa #12-a #a_b", ("2fa", "12-a", "a_b")),
        ("#bug #free* #ärger", "#bug #free* #ärger", ("bug", "free*", "ärger")),
        ("#bug, #bug!", "#bug, #bug!", ("bug",)),
        ("C# x#y http://x/y#z &#39; # #", "C# x#y http://x/y#z &#39; # #", ()),
        ("#" + "a" * 30 + "*", "#" + "a" * 30 + "*", ("a" * 30 + "*",)),
        ("#" + "a" * 31, "a" * 31, ()),
    ],
)
def test_hashtags_stay_and_issues_do_not_become_any(subject, description, tags):
    assert time(f"{subject} [f:1h]") == Time(60, description, tags)


def test_tags_of_companions_are_appended_unless_they_stand_there():
    read_ = time("Fix #bug [f:1h]\n\nNoko-Tags: Bug, review\nnoko-tags: call*")
    assert read_ == Time(60, "Fix #bug #review #call*", ("bug", "review", "call*"))
    assert time("[f:1h]\n\nNoko-Tags: bug").description == "#bug"


def test_tags_come_after_the_comment_of_a_jira_command():
    assert time("J-1 #time 1h done\n\nNoko-Tags: bug").description == "J-1 — done #bug"


def test_a_long_subject_ends_with_an_ellipsis_within_a_thousand_characters():
    assert time("x" * 1_000 + " [f:1h]").description == "x" * 1_000
    assert time("x" * 1_001 + " [f:1h]").description == "x" * 999 + "…"


def test_a_hashtag_cut_in_two_is_none():
    cut_here = time("x" * 990 + " #abcdefghijkl [f:1h]")
    assert cut_here.description.endswith("…")
    assert cut_here.tags == ()
    assert hashtags("(#abc…") == ()


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[a-z]{1,30}\*?", fullmatch=True), max_size=300), st.text("ab #", max_size=1_200))
def test_no_number_of_tags_makes_a_description_too_long(tags, subject):
    description = describe([subject], tags)
    assert len(description) <= 1_000
    assert len(hashtags(description)) <= 500


def test_tags_beyond_the_limit_are_left_out_visibly():
    tags = tuple(f"tag-{number}" for number in range(400))
    description = describe(["Fix"], tags)
    assert description.startswith("Fix #tag-0 #tag-1 ")
    assert description.endswith(" …")
    assert hashtags(description) == tags[: len(hashtags(description))]


@given(st.text("ab .,;:(-)\n"), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4))
def test_what_is_not_cut_stays_in_its_order(text, pairs):
    spans = [(min(pair), max(pair)) for pair in pairs if max(pair) <= len(text)]
    inside = {place for start, end in spans for place in range(start, end)}
    outside = [char for place, char in enumerate(text) if place not in inside and char in "ab"]
    assert [char for char in cut(text, (0, len(text)), spans) if char in "ab"] == outside


def test_spans_outside_the_region_do_not_matter():
    assert cut("one two three", (4, 7), [(0, 4), (8, 13)]) == "two"
