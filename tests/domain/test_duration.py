"""How many minutes a text asks for, and why another one is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.duration import Limits, Unreadable, goes_on, has_unit, leading, parse, shorten

LIMITS = Limits()
HOUR_WORDS = ("h", "H", "hr", "hrs", "hour", "hours", "Hours")
MINUTE_WORDS = ("m", "M", "min", "mins", "minute", "MINUTES")

minutes = st.integers(1, 1440)
units = st.tuples(st.sampled_from(HOUR_WORDS), st.sampled_from(MINUTE_WORDS))


def noko(text):
    return parse(text, LIMITS, bare=True)


def why(text, *, bare=True):
    refused = parse(text, LIMITS, bare=bare)
    assert isinstance(refused, Unreadable)
    return refused.reason


@given(minutes, st.booleans())
def test_a_clock_comes_back_as_its_minutes(total, bare):
    assert parse(f"{total // 60}:{total % 60:02}", LIMITS, bare=bare) == total


@given(minutes, units, st.sampled_from(["", " ", "  "]), st.sampled_from(["", " ", "\u00a0"]), st.booleans())
def test_hours_and_minutes_come_back_in_every_spelling(total, words, before_unit, between, bare):
    hour, minute = words
    text = f"{total // 60}{before_unit}{hour}{between}{total % 60}{before_unit}{minute}"
    assert parse(text, LIMITS, bare=bare) == total


@given(minutes, units, st.booleans())
def test_minutes_alone_come_back(total, words, bare):
    assert parse(f"{total}{words[1]}", LIMITS, bare=bare) == total


@given(minutes)
def test_minutes_may_lack_their_unit_after_hours(total):
    assert noko(f"{total // 60}h{total % 60:02}") == total


@given(minutes, st.sampled_from([".", ","]))
def test_decimal_hours_come_back_with_and_without_a_unit(total, point):
    text = f"{total / 60:.4f}".replace(".", point)
    assert noko(text) == total
    assert parse(text + "h", LIMITS, bare=False) == total


@given(st.integers(1, 3), st.integers(0, 7), st.integers(0, 59))
def test_days_come_first_and_have_as_many_hours_as_configured(days, hours, rest):
    assert parse(f"{days}d {hours}h {rest}m", Limits(9999, 420), bare=False) == days * 420 + hours * 60 + rest


@given(st.integers(0, 100_000))
def test_a_bare_integer_follows_nokos_rule_and_no_other(number):
    read = noko(str(number))
    if 1 <= number <= 5:
        assert read == 60 * number
    elif 15 <= number <= 1440:
        assert read == number
    else:
        assert isinstance(read, Unreadable)


@given(st.text(max_size=80), st.booleans())
def test_whatever_the_text_the_minutes_are_allowed_ones_or_there_is_a_short_reason(text, bare):
    read = parse(text, LIMITS, bare=bare)
    assert len(read.reason) < 100 if isinstance(read, Unreadable) else 1 <= read <= 1440


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("0.5", 30),
        ("1,25", 75),
        (".5", 30),
        (".5h", 30),
        ("2hrs", 120),
        ("1 hour 10 minutes", 70),
        ("1d", 480),
        ("0.5d", 240),
        ("1.5h 30m", 120),
        ("1h90m", 150),
        ("1h5", 65),
        ("1h 30", 90),
        ("24:00", 1440),
        ("8.0", 480),
        ("015", 15),
    ],
)
def test_other_ways_to_write_it(text, total):
    assert noko(text) == total


@pytest.mark.parametrize(("text", "total"), [("0.5m", 1), ("1.49m", 1), ("1.5m", 2), ("2.5m", 3), ("0.025h", 2)])
def test_half_a_minute_is_rounded_up(text, total):
    assert noko(text) == total


@pytest.mark.parametrize("number", range(6, 15))
def test_six_to_fourteen_might_be_either(number):
    assert why(str(number)) == f"'{number}' is ambiguous: write {number}h or {number}m"
    assert noko(f"{number}h") == 60 * number
    assert noko(f"{number}m") == number


@pytest.mark.parametrize("text", ["90", "2", "8", "0", "1.5", "0,5", ".5"])
def test_outside_nokos_own_forms_every_number_needs_a_unit(text):
    assert why(text, bare=False) == "a bare number: add h or m"


@pytest.mark.parametrize("text", ["1w", "2 weeks", "1mo", "3 months", "1w 2d 4h", "1h 1w"])
def test_weeks_and_months_are_refused(text):
    assert why(text) == "weeks and months are too long for one commit"


@pytest.mark.parametrize("text", ["-1h", "+15", "- 3d", "−1h", "-.5"])
def test_an_amount_with_a_sign_is_refused(text):
    assert why(text) == "a signed amount: write a plain duration"


@pytest.mark.parametrize("text", ["1:60", "1:75", "1:5", "1:005"])
def test_a_clock_has_two_digits_of_minutes(text):
    assert why(text) == "minutes after ':' must be 00-59"


@pytest.mark.parametrize("text", ["30m1h", "1h1d", "1h1h", "5m5m", "1h 1 hour"])
def test_units_go_from_large_to_small_once_each(text):
    assert why(text) == "units go from large to small, once each"


@pytest.mark.parametrize(
    "text",
    [
        "~1h",
        "1h-2h",
        "1-2h",
        "1.2.3",
        "1h and 5m",
        "1h, 5m",
        "1:30h",
        "1:30:00",
        "1d4",
        "1h1.5",
        "h",
        "1.",
        ",5h",
        "１５m",
        "١٥m",
        "½h",
        "1ｈ",
        "15 30",
        "1h 5m 3",
        "1h\x005m",
    ],
)
def test_what_is_none_of_these_cannot_be_read(text):
    assert why(text) == f"cannot read '{text}'"


@pytest.mark.parametrize(("text", "unit"), [("15x", "x"), ("1h30x", "x"), ("15s", "s"), ("3rd", "rd"), ("1e3", "e")])
def test_an_unknown_unit_is_named(text, unit):
    assert why(text) == f"unknown unit '{unit}'"


@pytest.mark.parametrize("text", ["0", "0h", "0:00", "0m", "0.4m", "0.001h"])
def test_zero_minutes_are_no_work(text):
    assert why(text) == "zero minutes"


@pytest.mark.parametrize("text", ["24:01", "25h", "1441", "4d", "9" * 50 + "h"])
def test_more_than_a_day_is_too_much(text):
    assert why(text) == "more than 1440 minutes"


def test_the_limit_is_the_configured_one():
    assert parse("1h", Limits(max_minutes=60), bare=True) == 60
    assert parse("61m", Limits(max_minutes=60), bare=True) == Unreadable("more than 60 minutes")


def test_minutes_after_hours_without_a_unit_are_fewer_than_sixty():
    assert why("1h60") == "minutes after 'h' must be 00-59"


def test_nothing_is_no_duration():
    assert why("  ") == "no duration after the prefix"


def test_a_number_too_long_for_python_to_convert_is_refused_like_any_other():
    assert why("9" * 10_000) == "cannot read '" + "9" * 39 + "…'"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("1h 30m Total work logged", "1h 30m"),
        ("1h30 fix", "1h30"),
        ("2 hours of it", "2 hours"),
        ("1h 3 tests", "1h"),
        ("0:30, then", "0:30"),
        ("1h, then 5m", "1h"),
        ("1w 2d x", "1w 2d"),
        ("15 fixes", "15"),
        ("15x fixes", "15x"),
        ("1hx", "1hx"),
        ("", ""),
    ],
)
def test_a_duration_ends_where_the_comment_begins(text, duration):
    assert leading(text) == duration


@pytest.mark.parametrize("text", ["1h", " 1 hour", "1.5hrs and", "2w", "30m", "1h-2h"])
def test_a_number_and_a_unit_are_recognised(text):
    assert has_unit(text)


@pytest.mark.parametrize("text", ["1", "1:30", "15x", "1hx", "x 1h", "", "A => B"])
def test_other_beginnings_have_no_unit(text):
    assert not has_unit(text)


@pytest.mark.parametrize(("duration", "rest"), [("1h", " 30m"), ("1h", " 5 min."), ("5", " minutes x"), ("1h", " 30")])
def test_a_space_that_cuts_a_duration_is_noticed(duration, rest):
    assert goes_on(duration, rest)


@pytest.mark.parametrize(
    ("duration", "rest"), [("1h", " 30 tests"), ("1h", " day view"), ("5", " minutiae"), ("30m", " 2"), ("1h", "")]
)
def test_other_words_after_a_duration_are_words(duration, rest):
    assert not goes_on(duration, rest)


@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_fits_on_one_line(text, length):
    short = shorten(text, length)
    assert len(short) <= length
    assert short == " ".join(text.split()) or short.endswith("…")
