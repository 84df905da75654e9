"""The day of the work."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.forms.day import day_of, read_day
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.submission import Field

NOW = 1_782_835_305_000  # 2026-06-30T16:01:45Z


def read(text, date_format=None, timezone="Europe/Berlin"):
    said = read_day(Field("Worked on", (text,)), date_format, timezone=timezone, now=NOW)
    return said.reason if isinstance(said, Rejection) else said.isoformat()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-06-29", "2026-06-29"),
        ("2026-06-29T09:30", "2026-06-29"),
        ("2026-06-29 09:30:00", "2026-06-29"),
        ("2026-06-29T23:30:00-07:00", "2026-06-29"),
        ("2026-06-29T00:00:00.000Z", "2026-06-29"),
        ("2026-06-28T22:00:00Z", "2026-06-29"),
        ("2026-06-29T21:59:59Z", "2026-06-29"),
    ],
)
def test_iso_is_read_with_and_without_a_time(text, date):
    assert read(text) == date


def test_a_date_that_a_sender_writes_as_midnight_utc_is_that_date_in_the_west_as_well():
    assert read("2026-06-29T00:00:00Z", timezone="America/New_York") == "2026-06-29"
    assert read("2026-06-29T04:00:00Z", timezone="America/New_York") == "2026-06-29"


@pytest.mark.parametrize("text", ["03/04/2026", "3.4.2026", "13/04/2026", "04-03-2026", "2026/04/03", "3 4 2026"])
def test_without_a_format_it_is_never_guessed_which_number_is_the_month(text):
    assert "which number is the day" in read(text)


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("DD/MM/YYYY", "03/04/2026"),
        ("DD/MM/YYYY", "3/4/2026"),
        ("D.M.YYYY", "03.04.2026"),
        ("MM/DD/YYYY", "04/03/2026"),
        ("YYYY/MM/DD", "2026/04/03"),
        ("DD/MM/YYYY", "2026-04-03"),
    ],
)
def test_with_one_it_is_known(date_format, text):
    assert read(text, date_format) == "2026-04-03"


@pytest.mark.parametrize("text", ["03/04/26", "2026/04/03", "yesterday", "31/02/2026", "٠٣/٠٤/٢٠٢٦", "3/2026", ""])
def test_what_does_not_fit_the_format_is_rejected(text):
    assert "write" in read(text, "DD/MM/YYYY")


@pytest.mark.parametrize(
    ("text", "why"), [("2026-07-01", None), ("2026-07-02", "future"), ("1969-12-31", "before 1970")]
)
def test_today_is_that_of_the_easternmost_place(text, why):
    assert (why or text) in read(text)


def test_a_day_begins_in_the_time_zone_of_the_file():
    assert day_of(NOW + 6 * 3_600_000, "Europe/Berlin") == dt.date(2026, 7, 1)
    assert day_of(NOW + 6 * 3_600_000, "UTC") == dt.date(2026, 6, 30)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2026, 6, 30)))
def test_every_past_date_is_read_back_from_each_of_its_forms(date):
    for date_format, pattern in (("DD/MM/YYYY", "%d/%m/%Y"), ("MM.DD.YYYY", "%m.%d.%Y"), (None, "%Y-%m-%d")):
        assert read(date.strftime(pattern), date_format) == date.isoformat()


@given(st.text(alphabet="0123456789-/.:TZ+ ٣", max_size=30), st.sampled_from((None, "DD/MM/YYYY")))
def test_whatever_is_typed_is_a_date_or_a_reason(text, date_format):
    assert read(text, date_format)
