"""What every ledger promises of windows, in which equal submissions without an id count as one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes.clock import START

MINUTE = 60_000
TEN = 10 * MINUTE


def first_of(ledger, name="timesheet:abc", *, at=START):
    return ledger.first_of(name, now=at, window_ms=TEN)


def test_whoever_comes_first_begins_a_window(ledger):
    assert first_of(ledger) == START


@pytest.mark.parametrize("later", [0, 1, MINUTE, TEN - 1])
def test_all_who_come_within_it_learn_when_it_began(ledger, later):
    first_of(ledger)
    assert first_of(ledger, at=START + later) == START


def test_it_is_not_prolonged_by_those_who_come(ledger):
    begun = [first_of(ledger, at=START + minutes * MINUTE) for minutes in (0, 4, 8, 12, 16, 20, 24)]
    assert [(instant - START) // MINUTE for instant in begun] == [0, 0, 0, 12, 12, 12, 24]


def test_the_next_one_begins_when_ten_minutes_are_over(ledger):
    first_of(ledger)
    assert first_of(ledger, at=START + TEN) == START + TEN


def test_a_clock_that_is_a_little_behind_finds_the_same_window(ledger):
    first_of(ledger)
    assert first_of(ledger, at=START - 5_000) == START


def test_a_window_that_begins_far_in_the_future_is_that_of_a_wrong_clock_and_is_not_believed(ledger):
    first_of(ledger, at=START + 86_400_000)
    assert first_of(ledger) == START
    assert first_of(ledger, at=START + MINUTE) == START


def test_names_have_windows_of_their_own(ledger):
    first_of(ledger)
    assert first_of(ledger, "timesheet:abd", at=START + 1) == START + 1


@pytest.mark.parametrize("implementation", ["moto"])  # the others are no servers, and not meant for threads
def test_of_many_at_once_all_learn_the_same(ledger):
    with ThreadPoolExecutor(8) as crowd:
        begun = set(crowd.map(lambda n: first_of(ledger, at=START + n), range(32)))
    assert len(begun) == 1
