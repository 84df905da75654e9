"""Squashes: which messages are in one, GitHub's list and what a person put together."""

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import message as written

from chalicelib.domain.directive import Malformed, Skipped, Time, read
from chalicelib.domain.directive_squash import MOST_PIECES

TODAY = dt.date(2026, 6, 30)
JANE = "Jane <jane@acme.example>"


def squash(*messages, title="The gallery", number=7):
    return read(written.squash([(JANE, m) for m in messages], author=JANE, title=title, number=number), today=TODAY)


def pieces(reading):
    return [(part.minutes, part.descriptions[0]) for part in reading.parts]


def test_each_listed_message_with_a_directive_is_a_piece():
    reading = squash("Draw [f:45m]", "Tidy up", "Load\n\nOnly those in view.\n\nTime-Spent: 1h30m", "Test f:30m")
    assert (reading.minutes, reading.listed, reading.description) == (165, True, "The gallery (GH-7)")
    assert pieces(reading) == [(45, "Draw"), (90, "Load"), (30, "Test")]


def test_the_lines_of_a_list_end_as_github_ends_them_or_as_git_does():
    text = written.squash([(JANE, "Draw [f:45m]"), (JANE, "Test [f:15m]")], author=JANE, title="It", number=1)
    assert "\r\n" in text
    assert read(text, today=TODAY) == read(text.replace("\r\n", "\n"), today=TODAY)


def test_a_title_that_repeats_a_message_counts_once_and_another_one_counts():
    assert squash("Draw [f:45m]", "Test [f:30m]", title="Draw [f:45m]").minutes == 75
    assert pieces(squash("Draw", "Test [f:30m]", title="Gallery [f:2h]"))[0] == (120, "Gallery (GH-7)")


def test_equal_messages_are_a_piece_each():
    assert pieces(squash("wip [f:15m]", "wip [f:15m]", "wip [f:15m]")) == [(15, "wip")] * 3


def test_a_piece_below_a_list_of_its_own_has_the_titles_it_may_have_had():
    (part,) = squash("Draw\n\n* thumbnails\n* frames\n\nTime-Spent: 45m", "Tidy").parts
    assert {"Draw", "thumbnails", "frames"} == set(part.descriptions)


def test_a_list_without_a_directive_in_it_is_no_squash():
    reading = squash("Draw", "Tidy", title="The gallery [f:45m]")
    assert (reading.minutes, reading.parts) == (45, ())


def test_one_broken_message_stops_the_whole_squash():
    assert isinstance(squash("Draw [f:45m]", "Test [f:soon]"), Malformed)


def test_messages_that_skip_are_left_out():
    assert squash("Draw [f:45m]", "fixup! Draw [f:45m]", "Merge branch 'main' [f:5h]").minutes in {45, 345}


def test_as_many_messages_as_a_pull_request_has_are_read_and_no_more():
    assert len(squash(*(f"Part {n} [f:15m]" for n in range(MOST_PIECES))).parts) == MOST_PIECES
    assert isinstance(squash(*(f"Part {n} [f:15m]" for n in range(MOST_PIECES + 1))), Malformed)


def test_a_sum_may_exceed_what_one_message_may_say():
    assert squash("Draw [f:20h]", "Test [f:20h]").minutes == 2400


def test_a_squash_by_hand_is_its_messages_one_after_the_other():
    reading = read("Fetch [f:30m]\n\nKeep [f:45m]\n\nFor an hour.", today=TODAY)
    assert (reading.minutes, reading.listed, reading.description) == (75, False, "Fetch")
    assert pieces(reading) == [(30, "Fetch"), (45, "Keep")]


@pytest.mark.parametrize("text", ["Fetch [f:30m]", "Fetch\n\nFor an hour.\n\nTime-Spent: 30m", "Fetch [f:30m] [f:15m]"])
def test_an_ordinary_message_has_no_pieces(text):
    assert read(text, today=TODAY).parts == ()


def test_a_picked_squash_is_a_squash_since_its_messages_may_have_been_picked():
    text = written.squash([(JANE, "Draw [f:45m]"), (JANE, "Test [f:15m]")], author=JANE, title="It", number=1)
    assert isinstance(read(written.picked(text, "a" * 40), today=TODAY), Time)
    assert isinstance(read(written.picked("Draw [f:45m]", "a" * 40), today=TODAY), Skipped)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from((15, 30, 45))), min_size=2, max_size=8))
def test_the_pieces_add_up_and_are_told_apart(works):
    messages = [f"Part {name} [f:{minutes}m]" for name, minutes in works]
    reading = squash(*messages)
    assert pieces(reading) == [(minutes, f"Part {name}") for name, minutes in works]
    assert reading.minutes == sum(part.minutes for part in reading.parts)
    folded = read("\n\n".join(messages), today=TODAY)
    assert pieces(folded) == pieces(reading)


@pytest.mark.parametrize("line", ["* wip [f:15m]\r\n\r\n", "* wip\n", "* \n", "wip [f:15m]\n\n", "Time-Spent: 15m\n\n"])
def test_time_is_linear_in_the_text(line):
    def took(count):
        text = "It (#1)\n\n* First [f:15m]\n\n" + line * count
        began = time.process_time()
        read(text, today=TODAY)
        return time.process_time() - began

    count = 30_000 // len(line)
    small, large = min(took(count) for _ in range(3)), min(took(2 * count) for _ in range(3))
    assert large < 4 * small + 0.05
