"""How long it took."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.duration import Limits
from chalicelib.sources.forms.amount import read_minutes
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.submission import Field

LIMITS = Limits()


def read(limits=LIMITS, **answers):
    found = {word: [Field(word, (text,))] for word, text in answers.items()}
    return read_minutes(found, limits)


def asked(name, text, word="duration"):
    return read_minutes({word: [Field(name, (text,))]}, LIMITS)


@pytest.mark.parametrize(
    ("word", "text", "minutes"),
    [
        ("hours", "1", 60),
        ("hours", "1.5", 90),
        ("hours", "1,5", 90),
        ("hours", ".25", 15),
        ("hours", "0.008", 0.48),  # half a minute is one, less is none
        ("hours", "0.0084", 1),
        ("hours", "24", 1440),
        ("hours", "1:30", 90),
        ("hours", "45m", 45),
        ("hours", "1h 30m", 90),
        ("minutes", "90", 90),
        ("minutes", "090", 90),
        ("minutes", "90.0", 90),
        ("minutes", "90,00", 90),
        ("minutes", "1h30m", 90),
        ("minutes", " 90  min ", 90),
        ("duration", "1:30", 90),
        ("duration", "1,5h", 90),
        ("duration", "2 hours", 120),
    ],
)
def test_what_is_clear_is_read(word, text, minutes):
    said = read(**{word: text})
    assert isinstance(said, Rejection) if minutes < 1 else said == minutes


@pytest.mark.parametrize(
    "text", ["٣٠", "३०", "1.5", "1,5", "1.000", "1,000", "1:30", "-5", "−5", "0", "1441", "9" * 70, "soon"]
)
def test_what_is_unclear_in_a_field_of_minutes_is_rejected_with_what_would_be_right(text):
    said = read(minutes=text)
    assert (said.field, said.value[:20]) == ("minutes", text[:20])
    assert "write whole minutes such as 90" in said.reason


@pytest.mark.parametrize("text", ["٣٠", "1.5.5", "1 5", "24.01", "-1", "0", "one", "1/2", "1e1", "½"])
def test_what_is_unclear_in_a_field_of_hours_is_rejected_with_what_would_be_right(text):
    assert "write hours such as 1.5" in read(hours=text).reason


@pytest.mark.parametrize("text", ["1", "1.5", "10", "90"])
def test_a_mere_number_needs_a_name_with_a_unit(text):
    assert "add h or m" in read(duration=text).reason
    assert asked("How long (minutes)?", "90") == 90


def test_the_unit_that_people_see_goes_before_the_file_s_word():
    assert asked("Hours worked", "1.5", word="minutes") == 90
    assert asked("Minutes", "90", word="hours") == 90
    assert asked("Effort", "90", word="minutes") == 90


@pytest.mark.parametrize(
    ("answers", "minutes"),
    [
        ({"hours": "1", "minutes": "30"}, 90),
        ({"hours": "0", "minutes": "30"}, 30),
        ({"hours": "2", "minutes": "0"}, 120),
        ({"hours": "1.5", "minutes": "90"}, 90),
        ({"hours": "1", "duration": "1h"}, 60),
        ({"hours": "1", "minutes": "90"}, None),
        ({"hours": "1.5", "minutes": "30"}, None),
        ({"hours": "1h", "minutes": "30"}, None),
        ({"hours": "1", "minutes": "30", "duration": "90m"}, None),
        ({"hours": "1", "duration": "2h"}, None),
        ({"hours": "0", "minutes": "0"}, None),
    ],
)
def test_two_fields_are_one_time_of_two_parts_or_have_to_agree(answers, minutes):
    said = read(**answers)
    assert isinstance(said, Rejection) if minutes is None else said == minutes


def test_without_any_the_rejection_says_how_to_ask_for_it():
    assert "[forms.fields]" in read().reason


def test_the_form_s_own_limit_counts():
    assert "more than 60 minutes" in read(Limits(max_minutes=60), hours="1.5").reason


@given(hours=st.integers(0, 30), cents=st.integers(0, 99), comma=st.booleans())
def test_hours_are_rounded_half_up_to_minutes_from_1_to_1440(hours, cents, comma):
    said = read(hours=f"{hours}{',' if comma else '.'}{cents:02}")
    exact = floor((Fraction(hours) + Fraction(cents, 100)) * 60 + Fraction(1, 2))
    assert said == exact if 1 <= exact <= 1440 else isinstance(said, Rejection)


@given(st.text(max_size=40), st.sampled_from(("hours", "minutes", "duration")))
def test_whatever_is_typed_is_minutes_within_the_limits_or_a_rejection_that_is_bounded(text, word):
    said = read(**{word: text})
    if isinstance(said, Rejection):
        assert len(said.value) <= 100
        assert len(said.reason) <= 300
    else:
        assert 1 <= said <= 1440
        assert text.isascii() or text.strip().isascii()
