"""The mark of a copied ledger: the earliest instant stays, and the quiet period begins with whoever reconciles."""

import pytest
from fakes.clock import START
from fakes.table import MemoryTable

from chalicelib.domain.throttle import Kind, Slot
from chalicelib.table.throttle import TableThrottle


@pytest.fixture
def throttle():
    return TableThrottle(MemoryTable(), account="default", interval_ms=501)


@pytest.mark.parametrize("times", [1, 2])
def test_a_copy_posts_nothing_and_asks(throttle, times):
    for _ in range(times):
        throttle.mark_copy(START - 1)
    state = throttle.state()
    assert (state.restored_to, state.restoring_since) == (START - 1, None)
    assert not isinstance(throttle.reserve(Kind.POSTING, now=START), Slot)
    assert isinstance(throttle.reserve(Kind.JOB, now=START), Slot)


@pytest.mark.parametrize(("first", "then"), [(1_000, 2_000), (2_000, 1_000), (1_000, 1_000)])
def test_the_earliest_instant_stays_and_no_beginning_of_another_place(throttle, first, then):
    throttle.enter_restore(first, now=3_000)
    throttle.mark_copy(then)
    state = throttle.state()
    assert (state.restored_to, state.restoring_since) == (1_000, None)


def test_who_reconciles_ends_it(throttle):
    throttle.mark_copy(1_000)
    assert throttle.leave_restore(1_000, now=START)
    assert isinstance(throttle.reserve(Kind.POSTING, now=START), Slot)
