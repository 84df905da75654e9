"""Directives with a line of their own: trailers, /spend, #time, and the companions beside them."""

import datetime as dt
from dataclasses import replace

import pytest
from domain.directive_reading import TODAY, is_silent, minutes, reading, why

from chalicelib.domain.directive import Malformed, Time, read


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
