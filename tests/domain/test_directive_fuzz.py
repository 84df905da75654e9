"""The grammar under texts made of its own pieces: it never raises, stays linear, and minds nothing that is not its."""

import datetime as dt
import json
import time

from fuzzing.message import composed, good, long, message
from fuzzing.share import some
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.directive import (
    MAX_CHARACTERS,
    MAX_TEXT,
    Malformed,
    Nothing,
    Rules,
    Skipped,
    Time,
    as_json,
    read,
)
from chalicelib.domain.tag import MAX_DESCRIPTION

TODAY = dt.date(2026, 6, 30)
SLACK = 0.01
"""Seconds that a busy machine may add to a measurement."""

rules = st.builds(
    Rules,
    require_brackets=st.booleans(),
    max_minutes=st.sampled_from((1440, 60, 1)),
    minutes_per_day=st.sampled_from((480, 1440)),
    projects=st.sampled_from((None, frozenset(), frozenset({"website"}))),
)
blank = st.text(st.sampled_from(" \t\n\r"), max_size=6)
unrelated = st.text(st.sampled_from("abcdefg ,.-\n"), min_size=1, max_size=60).map("Words {}words.\n\n".format)


def gist(reading):
    """What a reading asks for, without how the text is put."""
    match reading:
        case Time(minutes=minutes, date=date, project=project):
            return minutes, date, project
        case Malformed(reason=reason):
            return reason
        case Skipped(reason=reason, otherwise=otherwise):
            return reason, None if otherwise is None else gist(otherwise)
        case _:
            return reading


@given(message | st.text(), rules)
@some(400)
def test_whatever_the_text_and_the_rules_a_reading_is_sound(text, rules):
    reading = read(text, today=TODAY, rules=rules)
    json.dumps(as_json(reading), ensure_ascii=False).encode()
    if isinstance(reading, Skipped) and reading.otherwise is not None:
        assert reading.copy_of is not None or reading.is_merge
        reading = reading.otherwise
    match reading:
        case Time(minutes=minutes, description=description, tags=tags, date=date):
            assert 1 <= minutes <= rules.max_minutes * (len(reading.parts) if reading.listed else 1)
            assert not reading.parts or minutes == sum(part.minutes for part in reading.parts)
            assert len(description) <= MAX_DESCRIPTION
            assert "\n" not in description
            assert all(tag in description for tag in tags)
            assert date is None or date <= TODAY
        case Malformed(text=piece, reason=reason):
            assert reason
            assert len(piece) <= MAX_TEXT
        case Skipped(reason=reason):
            assert reason
        case _:
            assert reading == Nothing()


@given(message, blank)
@some(300)
def test_white_space_at_the_end_changes_nothing(text, end):
    assume(len(text) + len(end) <= MAX_CHARACTERS)
    assert read(text + end, today=TODAY) == read(text, today=TODAY)


@given(message)
@some(300)
def test_the_kind_of_line_ends_changes_nothing(text):
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assume(len(lines) + lines.count("\n") <= MAX_CHARACTERS)
    for end in ("\r\n", "\r"):
        assert read(lines.replace("\n", end), today=TODAY) == read(lines, today=TODAY)


@given(unrelated, message)
@some(400)
def test_unrelated_text_before_changes_nothing_that_is_asked_for(before, text):
    assume(len(text) < MAX_CHARACTERS - 100)
    assume(not text.lstrip().startswith(("Merge ", "fixup! ", "squash! ", "Revert ", "Reapply ")))
    assert gist(read(before + text, today=TODAY)) == gist(read(text, today=TODAY))


@given(good, unrelated)
@some(100)
def test_unrelated_text_after_changes_nothing_that_is_asked_for(text, after):
    assert gist(read(f"{text}\n\n{after}", today=TODAY)) == gist(read(text, today=TODAY))


@given(composed.filter(bool) | long.map(lambda text: text[:2_000]))
@some(25)
def test_four_times_the_text_takes_about_four_times_the_time(unit):
    def seconds(length):
        text = (unit * (length // len(unit) + 1))[:length]
        times = []
        for _ in range(3):
            start = time.process_time()
            read(text, today=TODAY)
            times.append(time.process_time() - start)
        return min(times)

    # What is linear takes 4 times as long, what is quadratic 16 times.
    assert seconds(MAX_CHARACTERS) <= 8 * seconds(MAX_CHARACTERS // 4) + SLACK
