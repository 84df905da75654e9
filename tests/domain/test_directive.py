"""What a commit message says about time: worked examples, several directives, copies, and any text at all."""

import json
from pathlib import Path

import pytest
from domain.directive_reading import RULES, TODAY, is_silent, minutes, reading, why
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.directive import Malformed, Skipped, Time, as_json, read

CASES = json.loads(Path(__file__).with_name("grammar_cases.json").read_text(encoding="utf-8"))
SHA = "0123456789abcdef0123456789abcdef01234567"
PICKED = f"\n\n(cherry picked from commit {SHA})"


prose = st.text(st.characters(codec="utf-8", categories=("L", "M", "Nd", "P", "S", "Zs"), exclude_characters='`~>"“”„'))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['group']}-{case['message'][:40]!r}" for case in CASES])
def test_every_worked_example_reads_as_it_says(case):
    expected = {name: value for name, value in case.items() if name not in {"group", "message"}}
    assert as_json(read(case["message"], today=TODAY, rules=RULES)) == expected


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
