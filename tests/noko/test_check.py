"""What is wrong with the input is said before anything is sent, and names what it is about."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UserError
from chalicelib.noko import check

DAY = dt.date(2026, 6, 30)


@given(st.integers(1, 2_147_483_647))
def test_an_id_is_four_bytes_from_one(number):
    assert check.noko_id(number) == number


@pytest.mark.parametrize("value", [0, -1, 2_147_483_648, 1.0, "1", True, None, [1]])
def test_anything_else_is_no_id(value):
    with pytest.raises(UserError, match="user_id must be a whole number from 1 to 2147483647"):
        check.noko_id(value, "user_id")


@given(st.lists(st.integers(1, 9)))
def test_ids_are_kept_once_in_their_order(values):
    found = check.noko_ids(values)
    assert len(set(found)) == len(found)
    assert list(found) == sorted(set(values), key=values.index)


def test_no_ids_at_all_are_not_some():
    with pytest.raises(UserError, match="entry_ids must name at least one"):
        check.some_ids([], "entry_ids")
    assert check.some_ids(iter([3, 3]), "entry_ids") == (3,)


@pytest.mark.parametrize("value", [0, 1, 1440, 100_000])
def test_minutes_are_whole_and_not_negative(value):
    assert check.minutes(value) == value


@pytest.mark.parametrize("value", [-1, 1.5, "60", "1:00", True, None, 2**31])
def test_anything_else_is_no_minutes(value):
    with pytest.raises(UserError, match="minutes must be a whole number"):
        check.minutes(value)


def test_a_date_is_written_as_noko_reads_it():
    assert check.date(DAY) == "2026-06-30"
    assert check.date(dt.date(1, 1, 1)) == "0001-01-01"


@pytest.mark.parametrize("value", ["2026-06-30", 20260630, dt.datetime(2026, 6, 30, tzinfo=dt.UTC), None])
def test_anything_else_is_no_date(value):
    with pytest.raises(UserError, match="from must be a date"):
        check.date(value, "from")


@given(st.integers(0, 253_402_300_799_999))
def test_an_instant_is_a_timestamp_in_utc_cut_to_seconds(instant):
    written = check.instant(instant, "updated_from")
    assert len(written) == len("2026-06-30T12:00:00Z")
    read = dt.datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    assert int(read.timestamp()) == instant // 1000


@pytest.mark.parametrize("value", [10**18, -(10**18), 1.5, "now", True, None])
def test_anything_else_is_no_instant(value):
    with pytest.raises(UserError, match="updated_from"):
        check.instant(value, "updated_from")


@pytest.mark.parametrize("value", ["dev", "dev*", "a b", "x" * 30, "x" * 30 + "*", "ünïcode-30", "a_b"])
def test_the_name_of_a_tag(value):
    assert check.tag_name(value) == value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "blank"),
        ("*", "blank"),
        ("  ", "blank"),
        (" dev", "space"),
        ("#dev", "no #"),
        ("a,b", "comma"),
        ("dev**", "star"),
        ("a\nb", "line break"),
        ("x" * 31, "at most 30 characters"),
        ("x" * 31 + "*", "has 31"),
        (7, "must be a text"),
        ("a\x00", "cannot store"),
    ],
)
def test_a_name_that_no_tag_can_have_is_refused_with_the_reason(value, sentence):
    with pytest.raises(UserError, match=sentence):
        check.tag_name(value)


def test_a_text_may_hold_lines_and_be_blank_but_holds_nothing_that_cannot_be_stored():
    assert check.text("two\nlines\tand 🦆", "description") == "two\nlines\tand 🦆"
    assert check.text("", "description") == ""
    for unfit in ("\x00", "\x1b[0m", "\ud800", 7, None, b"x"):
        with pytest.raises(UserError, match="description"):
            check.text(unfit, "description")


@pytest.mark.parametrize("value", [0, 1001, -1, "30", True, 30.0])
def test_a_page_holds_one_to_a_thousand(value):
    with pytest.raises(UserError, match="per_page"):
        check.per_page(value)
    assert check.per_page(1000) == 1000
