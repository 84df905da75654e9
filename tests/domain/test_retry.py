"""When to try again: later and later, and never later than a queue can delay."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.retry import FIRST_DELAY_S, MAX_DELAY_S, delay_s


def test_the_delay_doubles_up_to_a_quarter_of_an_hour():
    assert [delay_s(attempt) for attempt in range(1, 11)] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@given(st.integers(-5, 10**9))
def test_no_attempt_is_delayed_by_less_than_the_first_or_more_than_sqs_can(attempt):
    assert FIRST_DELAY_S <= delay_s(attempt) <= MAX_DELAY_S


def test_the_delay_never_shrinks():
    assert all(a <= b for a, b in itertools.pairwise(map(delay_s, range(100))))
