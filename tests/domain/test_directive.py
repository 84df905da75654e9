"""The grammar of time directives, sentence by sentence, through `read`."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.directive import Malformed, Nothing, Rules, Skipped, Time, as_json, read

TODAY = dt.date(2026, 6, 30)
RULES = Rules(projects=frozenset({"website", "api"}))
CASES = json.loads(Path(__file__).with_name("grammar_cases.json").read_text(encoding="utf-8"))
SHA = "0123456789abcdef0123456789abcdef01234567"
PICKED = f"\n\n(cherry picked from commit {SHA})"

prose = st.text(st.characters(codec="utf-8", categories=("L", "M", "Nd", "P", "S", "Zs"), exclude_characters='`~>"“”„'))


def reading(message, **rules):
    return read(message, today=TODAY, rules=Rules(projects=RULES.projects, **rules))


def minutes(message, **rules):
    read_ = reading(message, **rules)
    assert isinstance(read_, Time), read_
    return read_.minutes


def why(message, **rules):
    read_ = reading(message, **rules)
    assert isinstance(read_, Malformed), read_
    return read_.reason


def is_silent(message, **rules):
    return reading(message, **rules) == Nothing()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['group']}-{case['message'][:40]!r}" for case in CASES])
def test_every_worked_example_reads_as_it_says(case):
    expected = {name: value for name, value in case.items() if name not in {"group", "message"}}
    assert as_json(read(case["message"], today=TODAY, rules=RULES)) == expected


# Tokens


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


# Brackets


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


# Trailers, /spend, #time


@pytest.mark.parametrize("name", ["Time-Spent", "Noko-Time", "Spent-Time", "Time-Logged", "TIME-SPENT", "noko-time"])
def test_a_trailer_is_read_on_any_line_of_its_own(name):
    assert reading(f"Fix\n\n{name}: 1h 30m\n\nMore.") == Time(90, "Fix")
    assert reading(f"Fix\r\n\r\n{name}:0:45\r\n") == Time(45, "Fix")
    assert is_silent(f"Fix {name}: 1h")
    assert is_silent(f"Fix\n\nThe {name}: 1h")
    assert is_silent(f"Fix\n\n{name}")


@pytest.mark.parametrize("value", ["", "soon", "90", "1.5", "about 1h", "1h 2026-01-30", "1h.", "-1h"])
def test_a_trailer_that_cannot_be_read_is_reported(value):
    assert isinstance(reading(f"Fix\n\nTime-Spent: {value}"), Malformed)


@pytest.mark.parametrize("name", ["Time", "Spent", "time", "SPENT"])
def test_the_short_trailers_count_only_if_they_end_the_text_and_can_be_read(name):
    assert minutes(f"Fix\n\n{name}: 1h\nReviewed-by: Bob\n\n") == 60
    assert is_silent(f"Fix\n\n{name}: 1h\n\nMore.")
    for value in ("", "90", "O(n)", "177.701 ms", "2000h", "0m", "1h 2026-01-30"):
        assert is_silent(f"Fix\n\n{name}: {value}")


def test_a_line_of_blanks_ends_a_paragraph():
    assert is_silent("Fix\n\nTime: 1h\n      \nMore.")
    assert minutes("Fix\n      \nTime: 1h\n      \n") == 60


@pytest.mark.parametrize("command", ["/spend", "/spent", "/spend:", "/SPENT", "/spend \t"])
def test_a_spend_command_is_read_at_the_start_of_a_line(command):
    assert reading(f"Fix\n\n{command} 1h 30m 2026-01-31") == Time(90, "Fix", date=dt.date(2026, 1, 31))
    assert reading(f"{command} 1h") == Time(60, "")
    assert is_silent(f"Fix\n\n {command} 1h")


@pytest.mark.parametrize("value", ["", "money", "15", "1.5", "-3d", "1h -30m", "1mo", "2026-01-31", "1h on login"])
def test_a_spend_command_that_cannot_be_read_is_reported(value):
    assert isinstance(reading(f"Fix\n\n/spend {value}"), Malformed)


@pytest.mark.parametrize("line", ["/spending 1h", "/spend/1h", "/spend-1h", "/spendthrift", "//spend 1h"])
def test_a_line_that_only_begins_like_a_spend_command_is_silence(line):
    assert is_silent(f"Fix\n\n{line}")


@pytest.mark.parametrize(
    ("message", "description"),
    [
        ("JRA-34 #time 1h 30m Total work logged", "JRA-34 — Total work logged"),
        ("JRA-34 #TIME 1h30 done", "JRA-34 — done"),
        ("JRA-34: #time 1:30", "JRA-34"),
        ("#time 90m Total", "Total"),
        ("Fix login\n\nJRA-34 #time 1.5h, at last", "Fix login — at last"),
        ("A-1 #time 1h one A-2 #time 30m two", "A-1 — one A-2 — two"),
        ("A-1 #time 1h 30 minutes of [f:90m] talk", "A-1 — of talk"),
        ("A-1 #time 1h 30m 3 tests", "A-1 — 3 tests"),
    ],
)
def test_jiras_command_appends_its_comment(message, description):
    assert replace(reading(message), parts=()) == Time(90, description)


@pytest.mark.parametrize(
    "text", ["x #time zone", "x #time .5h", "Time#time 1h", "x #time: 1h", "x #time\n1h", "#timer 1h"]
)
def test_jiras_command_needs_white_space_before_and_a_digit_after_it(text):
    assert is_silent(text)


@pytest.mark.parametrize("value", ["30", "30 tests", "15x", "1w 2d", "1h 30", "1h-2h", "0m", "9h1d"])
def test_jiras_command_is_reported_if_it_cannot_be_read(value):
    assert isinstance(reading(f"JRA-34 #time {value}"), Malformed)


# Companions


@pytest.mark.parametrize(
    "line", ["Noko-Project: nosuch", "Noko-Date: never", "Noko-Tags: a b", "Noko-Skip: yes", "[skip noko]"]
)
def test_companions_log_nothing_by_themselves(line):
    assert is_silent(f"Fix\n\n{line}")


def test_companions_say_where_and_when_in_any_case_of_letters():
    message = "Fix [f:1h]\n\nNOKO-PROJECT: WebSite\r\nnoko-date: 2026-02-03\nNoko-tags: #Bug, review*,\nNOKO-TAGS: bug"
    expected = Time(60, "Fix #Bug #review*", ("Bug", "review*"), dt.date(2026, 2, 3), "website")
    assert reading(message) == expected


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("Noko-Project: nosuch", "unknown project 'nosuch'"),
        ("Noko-Project:", "no project after the prefix"),
        ("Noko-Project: api\nNoko-Project: website", "two projects disagree: 'api' and 'website'"),
        ("Noko-Date: 2026-02-31", "no such date: '2026-02-31'"),
        ("Noko-Date: 20260131", "cannot read the date '20260131': write YYYY-MM-DD"),
        ("Noko-Date: 2026-07-01", "a date in the future"),
        ("Noko-Date: 2026-01-01\nNoko-Date: 2026-01-02", "two dates disagree: 2026-01-01 and 2026-01-02"),
        ("Noko-Tags: c++", "not usable as a hashtag: 'c++'"),
        ("Noko-Tags: " + "a" * 31, f"not usable as a hashtag: '{'a' * 31}'"),
        ("Noko-Skip: maybe", "cannot read 'maybe': write yes"),
    ],
)
def test_a_companion_that_cannot_be_followed_stops_the_commit(lines, reason):
    assert why(f"Fix [f:1h]\n\n{lines}") == reason


def test_a_date_in_the_directive_and_another_in_its_companion_disagree():
    assert why("Fix [f:1h 2026-01-01]\n\nNoko-Date: 2026-01-02") == "two dates disagree: 2026-01-01 and 2026-01-02"
    assert reading("Fix [f:1h 2026-01-01]\n\nNoko-Date: 2026-01-01").date == dt.date(2026, 1, 1)


def test_without_configured_projects_any_name_is_let_through():
    assert read("Fix [f:1h]\n\nNoko-Project: Gear GmbH", today=TODAY) == Time(60, "Fix", project="Gear GmbH")
    assert isinstance(read(f"Fix [f:1h]\n\nNoko-Project: {'x' * 201}", today=TODAY), Malformed)


def test_nobody_can_log_for_somebody_else():
    assert reading("Fix [f:1h]\n\nNoko-User: jane") == Time(60, "Fix")


# Several directives


@given(st.lists(st.integers(1, 70), min_size=1, max_size=20))
def test_brackets_and_tokens_add_up(amounts):
    assert minutes(" and ".join(f"[f:{amount}m]" for amount in amounts)) == sum(amounts)
    assert minutes(", ".join(f"f:{amount}m" for amount in amounts)) == sum(amounts)
    assert minutes("\n".join(f"Time-Spent: {amount}m" for amount in amounts)) == sum(amounts)
    assert minutes("\n".join(f"/spend {amount}m" for amount in amounts)) == sum(amounts)


def test_a_sum_must_fit_in_a_day_too():
    assert why("[f:23h] [f:61m]") == "more than 1440 minutes"
    assert minutes("[f:23h] [f:1h]") == 1440
    assert why("[f:1h] [f:1h]", max_minutes=119) == "more than 119 minutes"


@pytest.mark.parametrize("bad", ["[f:8]", "f:1x", "\nTime-Spent: x", "\n/spend", "#time 5", "f: 3"])
def test_one_bad_directive_stops_the_whole_commit(bad):
    assert isinstance(reading(f"Fix [f:1h] and {bad}"), Malformed)
    assert isinstance(reading(f"{bad}\nand [f:1h]"), Malformed)


def test_different_kinds_must_agree_in_their_sums():
    assert minutes("Fix f:30m [f:30m]\n\nTime-Spent: 1h\n/spend 60m\nA-1 #time 1h") == 60
    reason = "three ways of writing time disagree: noko 60m, trailer 60m, spend 30m"
    assert why("Fix [f:1h]\n\n/spend 30m\nTime-Spent: 1h") == reason


def test_twenty_directives_are_enough():
    assert minutes("[f:1m] " * 20) == 20
    assert why("[f:1m] " * 21) == "more than 20 directives"
    assert why("[f:1m]\n/spend 1m\n" * 11) == "more than 20 directives"


# Copies


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Merge pull request #1 from o/x\n\nFix {}", "merge commit: its text is a copy"),
        ("Merge branch 'x'\n\n* Fix {}", "merge commit: its text is a copy"),
        ("Merge remote-tracking branch 'o/x' {}", "merge commit: its text is a copy"),
        ("fixup! Fix {}", "autosquash commit: its text is a copy"),
        ("squash! Fix {}", "autosquash commit: its text is a copy"),
        ("amend! Fix\n\nFix {}", "autosquash commit: its text is a copy"),
        ("Fix {}\n\nnoko-skip: YES", "asked to skip"),
        ("Fix [Skip Noko] {}", "asked to skip"),
        ("Fix {}\n\n[skip noko]\n", "asked to skip"),
        ("Fix [skip noko] {}" + PICKED, "asked to skip"),
    ],
)
def test_copies_and_what_asks_for_it_are_skipped_and_listed_only_with_a_candidate(message, reason):
    for written in ("[f:1h]", "f:8"):
        skipped = reading(message.format(written))
        assert isinstance(skipped, Skipped)
        assert skipped.reason == reason
    assert is_silent(message.format("well"))


def test_what_is_a_merge_by_its_text_says_what_it_is_if_it_has_one_parent():
    skipped = reading("Merge the two lists [f:1h]")
    assert skipped == Skipped(
        "merge commit: its text is a copy", is_merge=True, otherwise=Time(60, "Merge the two lists")
    )


@pytest.mark.parametrize("subject", ["Merged PR 1: Fix", "merge: Fix", "Fix fixup! of", "Emerge Fix", "fixup Fix"])
def test_other_subjects_are_no_copies(subject):
    assert minutes(f"{subject} [f:1h]") == 60


def test_a_cherry_pick_says_what_it_copies_and_what_it_is_otherwise():
    otherwise = reading("Fix #bug [f:1h]\n\nNoko-Project: api")
    assert isinstance(otherwise, Time)
    message = f"Fix #bug [f:1h]\n\nNoko-Project: api{PICKED.upper()}"
    assert reading(message) == Skipped("cherry-pick of 0123456", copy_of=SHA, otherwise=otherwise)
    assert reading(f"Fix f:8{PICKED}") == Skipped("cherry-pick of 0123456", copy_of=SHA, otherwise=reading("Fix f:8"))
    assert is_silent(f"Fix{PICKED}")


def test_a_cherry_pick_of_a_cherry_pick_is_a_copy_of_the_original():
    assert reading(f"Fix [f:1h]{PICKED}\n(cherry picked from commit {'f' * 40})").copy_of == SHA


def test_a_cherry_pick_that_names_a_part_of_a_sha_stays_skipped():
    assert reading("Fix [f:1h]\n\n(cherry picked from commit 0123456)") == Skipped("cherry-pick of 0123456")


# The parser itself


def test_only_the_first_64_kb_are_read_but_never_in_silence():
    assert minutes("[f:1h]".ljust(65_536)) == 60
    assert why("[f:1h]".ljust(65_537)) == "too long"
    assert why("x" * 65_000 + " f:8 " + "x" * 1_000) == "too long"
    assert reading(f"[f:1h]{PICKED}".ljust(70_000)).otherwise == Malformed("[f:1h]", "too long")
    assert is_silent("x" * 65_536 + " [f:1h]")


@settings(deadline=None)
@given(st.text())
@example("\ud800[f:15m]\udfff #\udc80")
@example("[f:15m]\0\x1b[31m\u202e")
@example('Revert "' * 50)
@example("[" * 100_000)
@example("f:" + "9" * 10_000)
@example("[f:" + "9" * 5_000 + ".5h]")
def test_whatever_the_text_it_is_read_and_can_be_sent_on(text):
    for message in (text, f"{text} [f:15m]", f"x {text}\n\nTime-Spent: {text}", f"#time 1h {text}"):
        as_sent = json.dumps(as_json(reading(message)), ensure_ascii=False).encode()
        assert len(as_sent) < 10_000


@given(prose, prose)
def test_a_bracket_in_plain_prose_is_read(before, after):
    assume(is_silent(f"{before.lstrip()} - {after}"))
    assert minutes(f"{before.lstrip()} [f:45m] {after}") == 45


@given(st.text(max_size=300))
def test_the_offending_piece_is_short(text):
    read_ = reading(f"Fix [f:x{text}]")
    if isinstance(read_, Malformed):
        assert len(read_.text) <= 100
        assert len(read_.reason) <= 150


def test_the_offending_piece_is_the_directive_as_written():
    assert reading("Fix it, f:8 or so") == Malformed("f:8", "'8' is ambiguous: write 8h or 8m")
    assert reading("Fix\n\nTime-Spent: soon\n").text == "Time-Spent: soon"


def test_a_day_is_what_the_repository_says():
    assert minutes("Fix f:1d", minutes_per_day=420) == 420
