"""Tokens and brackets: where they may stand, and what is reported."""

import datetime as dt

import pytest
from domain.directive_reading import TODAY, is_silent, minutes, reading, why

from chalicelib.domain.directive import Malformed, Time


@pytest.mark.parametrize("prefix", ["f:", "F:", "noko:", "Noko:", "freckle:", "FRECKLE:"])
def test_each_prefix_works_in_any_case_as_token_and_in_each_bracket(prefix):
    assert minutes(f"Fix {prefix}15m") == 15
    assert [minutes(f"Fix {left}{prefix}1h 5m{right}") for left, right in ("[]", "()", "{}")] == [65, 65, 65]


@pytest.mark.parametrize("before", ["", " ", "\n", "Fix\t", "Fix\u00a0"])
def test_a_token_starts_the_text_or_follows_white_space(before):
    assert minutes(f"{before}f:15m") == 15


@pytest.mark.parametrize("before", ["x", "/", "'", "-", ":", ".", "="])
def test_a_token_behind_anything_else_is_silence(before):
    assert is_silent(f"Fix {before}f:15m")


@pytest.mark.parametrize("after", ["", ".", ",", ";", ":", "!", "?", ")", "]", "}", ").", "...", ". Then"])
def test_a_token_may_end_with_punctuation(after):
    assert minutes(f"Fix f:15m{after}") == 15


@pytest.mark.parametrize("after", ["-", "/x", '"', "'", "…", ",then"])
def test_a_token_that_ends_with_anything_else_is_reported(after):
    assert why(f"Fix f:15m{after}").startswith(("cannot read", "unknown unit"))


@pytest.mark.parametrize("spaced", ["f: 15m", "f:  15", "noko: 3 retries", "F:\t.5h", "f: -1h"])
def test_a_space_between_prefix_and_number_is_reported(spaced):
    assert why(f"Fix {spaced}").startswith("space after the prefix: write ")


@pytest.mark.parametrize("cut", ["f:1h 30m", "f:1 hour", "f:5 minutes", "noko:2h 1 min", "f:1h 30"])
def test_a_space_inside_a_token_is_reported_with_what_would_be_right(cut):
    prefix = cut.split()[0]
    reason = f"space inside the duration: write {prefix}… without spaces or [f:… …]"
    assert why(f"Fix {cut}") == reason


def test_words_and_numbers_after_a_token_are_words_and_numbers():
    assert reading("Fix f:1h 30 tests") == Time(60, "Fix 30 tests")
    assert reading("Fix f:1h day view") == Time(60, "Fix day view")
    assert reading("Fix f:1h\n30m") == Time(60, "Fix")


@pytest.mark.parametrize("word", ["f:", "f: x", "f:x15", "noko:", "f:'15'", "f:-", "f:<1h", "f:.", "f: - 5", "f:\n15"])
def test_a_prefix_without_a_number_is_silence(word):
    assert is_silent(f"Fix {word}")


@pytest.mark.parametrize("word", ["f:1x", "f:~1h", "f:-1h", "f:+1", "f:１５m", "f:١٥m", "f:½h", "f:0", "f:0x10"])
def test_a_prefix_with_something_like_a_number_is_reported(word):
    assert isinstance(reading(f"Fix {word}"), Malformed)


def test_required_brackets_switch_the_token_off_and_nothing_else():
    assert is_silent("Fix f:15m f:8 f: 3", require_brackets=True)
    assert reading("Fix f:8 [f:1h]", require_brackets=True) == Time(60, "Fix f:8")
    for form in ("[f:1h]", "\nTime-Spent: 1h", "\n/spend 1h", "#time 1h"):
        assert minutes(f"Fix {form}", require_brackets=True) == 60


@pytest.mark.parametrize("inside", ["f:1h 30m", "f: 1h 30m", " f:1h30m ", "f:1 hour 30 minutes", "f:90", "f:1,5"])
def test_spaces_are_allowed_inside_a_bracket(inside):
    assert minutes(f"Fix [{inside}]") == 90


def test_a_bracket_may_end_with_a_date():
    assert reading("Fix [f:1h 30m 2026-01-30]") == Time(90, "Fix", date=dt.date(2026, 1, 30))
    assert reading("Fix (f:15 2026-06-30 )") == Time(15, "Fix", date=TODAY)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("1h 2026-02-31", "no such date: '2026-02-31'"),
        ("1h 0000-01-01", "no such date: '0000-01-01'"),
        ("1h 2026-07-01", "a date in the future"),
        ("2026-01-30", "no duration after the prefix"),
        ("2026-01-30 1h", "cannot read '2026-01-30 1h'"),
        ("1h 30.01.2026", "cannot read '1h 30.01.2026'"),
        ("1h ２０２６-01-30", "cannot read '1h ２０２６-01-30'"),
        ("", "no duration after the prefix"),
        ("abc", "cannot read 'abc'"),
        ("8", "'8' is ambiguous: write 8h or 8m"),
        ("[1h", "cannot read '[1h'"),
    ],
)
def test_whatever_stands_in_a_bracket_is_reported_if_it_cannot_be_read(content, reason):
    assert why(f"Fix [f:{content}]") == reason


@pytest.mark.parametrize("glued", ["a[f:10]", "a[ f:10 ]", "a_[f:1:30]", "a[0][f:10]", "map[U](f: T => U)", "T{f: 0}"])
def test_a_bracket_glued_to_a_word_is_code(glued):
    assert is_silent(f"Use {glued} here")


@pytest.mark.parametrize("glued", ["Fix[f:1h]", "Fix(f:60m)", "Fix{f: 1 hour}", "x(1)[f:1h]", "Ünd[f:1h]"])
def test_a_bracket_glued_to_a_word_counts_with_a_unit(glued):
    assert minutes(glued) == 60


@pytest.mark.parametrize("free", ["[f:90]", "[WIP][f:90]", "(a) (f:90)", "🎉[f:90]", "-[f:90]", "Fix [f:60m][f:30]"])
def test_a_bracket_that_no_word_touches_needs_no_unit(free):
    assert minutes(f"{free} done") == 90


def test_a_bracket_glued_to_a_word_is_reported_if_its_unit_is_not_the_end_of_it():
    assert why("Fix[f:1h-2h]") == "cannot read '1h-2h'"
    assert why("Fix[f:2w]") == "weeks and months are too long for one commit"


def test_a_bracket_that_stays_open_is_reported_where_a_number_follows():
    assert why("Fix [f:1h and more") == "no ']' on the line"
    assert why("Fix (f:1h\n30m)") == "no ')' on the line"
    assert is_silent("with open(x) as (f: IO")
    assert is_silent("slice[f:10")
