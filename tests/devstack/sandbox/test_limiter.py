"""nginx's limiter, against numbers worked out by hand and against properties that need no reading of nginx."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.sandbox import Sandbox, Switches
from devstack.sandbox.limiter import NginxLimiter

GAPS = st.lists(st.integers(0, 3_000), min_size=1, max_size=120)


def arrivals(gaps):
    now, times = 1_000_000, []
    for gap in gaps:
        now += gap
        times.append(now)
    return times


def delays(limiter, times):
    return [limiter.arrive(now).delay_ms for now in times]


def test_six_requests_at_once_are_let_in_half_a_second_apart_and_the_seventh_is_refused():
    assert delays(NginxLimiter(), [5_000] * 8) == [0, 500, 1_000, 1_500, 2_000, 2_500, None, None]


def test_two_requests_a_second_are_never_slowed_down():
    assert delays(NginxLimiter(), range(0, 50_000, 500)) == [0] * 100


def test_a_request_one_millisecond_early_waits_that_millisecond():
    assert delays(NginxLimiter(), [0, 499]) == [0, 1]


def test_after_a_refusal_the_next_place_opens_half_a_second_after_the_last_accepted_request():
    limiter = NginxLimiter()
    delays(limiter, [0] * 6)
    assert delays(limiter, [499, 500, 500]) == [None, 2_500, None]


def test_refused_requests_leave_no_trace():
    quiet, pestered = NginxLimiter(), NginxLimiter()
    delays(quiet, [0] * 6)
    delays(pestered, [0] * 60)
    later = [700, 1_300, 1_301, 5_000]
    assert delays(quiet, later) == delays(pestered, later)


def test_a_clock_that_steps_back_drains_nothing():
    assert delays(NginxLimiter(), [10_000, 9_000, 9_500]) == [0, 500, 1_000]


def test_a_clock_that_jumps_back_more_than_a_minute_starts_a_new_era():
    assert delays(NginxLimiter(), [100_000, 10_000, 10_500]) == [0, 499, 499]


def test_it_counts_what_it_did():
    limiter = NginxLimiter(burst=1)
    delays(limiter, [0, 0, 0])
    counts = (limiter.accepted, limiter.delayed, limiter.rejected, limiter.max_delay_ms)
    assert counts == (2, 1, 1, 500)
    assert [(v.at, v.delay_ms) for v in limiter.arrivals] == [(0, 0), (0, 500), (0, None)]


@given(GAPS, st.integers(0, 6))
def test_no_window_ever_holds_more_than_the_burst_and_what_drained(gaps, burst):
    limiter = NginxLimiter(burst=burst)
    taken = [now for now in arrivals(gaps) if limiter.arrive(now).delay_ms is not None]
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= 1 + burst + Fraction(2 * (taken[last] - start), 1_000)


@given(GAPS, st.integers(0, 6))
def test_requests_leave_the_limiter_at_least_half_a_second_apart(gaps, burst):
    limiter = NginxLimiter(burst=burst)
    verdicts = [limiter.arrive(now) for now in arrivals(gaps)]
    out = [v.at + v.delay_ms for v in verdicts if v.delay_ms is not None]
    assert all(later - earlier >= 500 for earlier, later in pairwise(out))


@given(GAPS, st.integers(0, 6))
def test_it_agrees_with_a_queue_of_departures(gaps, burst):
    """A request joins unless `burst` others still wait: the same limiter, told without any excess."""
    limiter, departures = NginxLimiter(burst=burst), []
    for now in arrivals(gaps):
        leaves = max([now, *(at + 500 for at in departures[-1:])])
        expected = leaves - now if leaves - now <= burst * 500 else None
        assert limiter.arrive(now).delay_ms == expected
        if expected is not None:
            departures.append(leaves)


@pytest.fixture
def limited(clock, client_of):
    return client_of(Sandbox(clock=clock))


def test_a_refused_call_gets_an_empty_429_from_nginx(limited):
    answers = [limited.get("/current_user") for _ in range(7)]
    assert [a.delay_ms for a in answers[:6]] == [0, 500, 1_000, 1_500, 2_000, 2_500]
    assert (answers[6].status, answers[6].body, answers[6].header("server")) == (429, b"", "nginx")
    assert answers[6].header("Retry-After") is None


def test_a_refused_call_does_no_work_and_meets_no_fault(limited):
    limited.sandbox.faults.add("drop_after", skip=6)
    for _ in range(8):
        limited.log()
    assert len(limited.sandbox.books.entries()) == 6
    assert limited.sandbox.faults.pending[0].skip == 0


def test_the_burst_is_a_switch(clock, client_of):
    client = client_of(Sandbox(clock=clock, switches=Switches(burst=0)))
    assert [client.get("/current_user").status for _ in range(2)] == [200, 429]
