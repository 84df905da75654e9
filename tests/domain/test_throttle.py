"""The arithmetic of the throttle, on the item alone. What slots promise together is in the contract of the port."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.throttle import (
    CORRUPT_AHEAD_MS,
    HORIZON_MS,
    Bucket,
    Corrupt,
    Kind,
    Slot,
    Suspended,
    Wait,
    decide,
    heal,
    horizon_ms,
    take,
)

NOW = 1_782_820_800_000
T = 501
TIMES = st.integers(NOW - 10_000, NOW + CORRUPT_AHEAD_MS)
BUCKETS = st.builds(Bucket, tat=TIMES, job_tat=TIMES, pen_until=TIMES, streak=st.integers(0, 9))


def ask(bucket, kind=Kind.POSTING, *, now=NOW, interval_ms=T):
    return decide(bucket, now=now, kind=kind, interval_ms=interval_ms)


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_item_gives_a_slot_at_once(kind):
    assert ask(Bucket(), kind) == Slot(NOW)


@pytest.mark.parametrize(
    ("tat", "decision"),
    [
        (NOW - 1, Slot(NOW)),
        (NOW, Slot(NOW)),
        (NOW + 1, Slot(NOW + 1)),
        (NOW + HORIZON_MS - T, Slot(NOW + HORIZON_MS - T)),
        (NOW + HORIZON_MS - T + 1, Wait(NOW + 1)),
        (NOW + HORIZON_MS, Wait(NOW + T)),
        (NOW + CORRUPT_AHEAD_MS, Wait(NOW + CORRUPT_AHEAD_MS - HORIZON_MS + T)),
        (NOW + CORRUPT_AHEAD_MS + 1, Corrupt("tat")),
    ],
)
def test_a_posting_gets_the_next_slot_within_the_horizon(tat, decision):
    assert ask(Bucket(tat=tat)) == decision


@pytest.mark.parametrize("kind", [Kind.JOB, Kind.PROBE])
@pytest.mark.parametrize(
    ("tat", "job_tat", "decision"),
    [
        (NOW + 100, NOW + 100, Slot(NOW + 100)),
        (NOW + 100, NOW + 101, Wait(NOW + T)),
        (0, NOW, Slot(NOW)),
        (0, NOW + 1, Wait(NOW + T)),
        (0, NOW + 1000, Wait(NOW + 1000)),
        (NOW + 1499, NOW + 3000, Wait(NOW + 3000 - HORIZON_MS + T)),
    ],
)
def test_a_job_also_waits_for_its_own_turn(kind, tat, job_tat, decision):
    assert ask(Bucket(tat=tat, job_tat=job_tat), kind) == decision


def test_a_penalty_is_waited_for_by_all():
    assert {ask(Bucket(pen_until=NOW + 1), kind) for kind in Kind} == {Wait(NOW + 1)}
    assert ask(Bucket(pen_until=NOW)) == Slot(NOW)


def test_a_pause_is_for_all_but_probes_and_goes_before_a_penalty():
    paused = Bucket(paused_at=NOW - 1, pause_reason="away", pen_until=NOW + 5)
    assert ask(paused) == ask(paused, Kind.JOB) == Suspended("away")
    assert ask(paused, Kind.PROBE) == Wait(NOW + 5)
    assert ask(Bucket(paused_at=NOW)) == Suspended("paused")


@pytest.mark.parametrize("field", ["tat", "job_tat", "pen_until"])
def test_what_is_over_a_minute_ahead_is_corrupt_even_while_paused(field):
    assert ask(Bucket(**{field: NOW + CORRUPT_AHEAD_MS + 1}, paused_at=NOW)) == Corrupt(field)


def test_in_restore_mode_all_but_postings_get_slots():
    restoring = Bucket(restored_to=NOW - 5, restoring_since=NOW - 1)
    assert isinstance(ask(restoring), Suspended)
    assert ask(restoring, Kind.JOB) == ask(restoring, Kind.PROBE) == Slot(NOW)


def test_the_gate_is_closed_to_postings_by_a_pause_and_in_restore_mode():
    assert [b.is_closed for b in (Bucket(), Bucket(paused_at=NOW), Bucket(restored_to=NOW))] == [False, True, True]


def test_a_slot_brings_the_streak_along():
    assert ask(Bucket(streak=4)).streak == 4


@given(BUCKETS, st.sampled_from(Kind))
def test_a_slot_is_never_in_the_past_or_beyond_the_horizon_and_a_wait_always_ends(bucket, kind):
    decision = ask(bucket, kind)
    if isinstance(decision, Slot):
        assert NOW <= decision.at <= NOW + horizon_ms(kind) - T
        assert decision.at >= bucket.tat
        assert kind is Kind.POSTING or decision.at >= bucket.job_tat
    else:
        assert NOW < decision.until <= NOW + CORRUPT_AHEAD_MS + T


@given(BUCKETS, st.sampled_from(Kind))
def test_waiting_as_told_leads_to_a_slot_when_nobody_else_asks(bucket, kind):
    now = NOW
    for _ in range(8):  # a penalty, then a poll an interval for as long as the postings' horizon
        decision = ask(bucket, kind, now=now)
        if isinstance(decision, Slot):
            return
        now = decision.until
    pytest.fail(f"no slot for {kind} of {bucket}")


@given(BUCKETS)
def test_a_taken_slot_moves_the_item_on_by_one_interval_and_by_two_for_jobs(bucket):
    for kind in Kind:
        decision = ask(bucket, kind)
        if isinstance(decision, Slot):
            after = take(bucket, decision, kind=kind, interval_ms=T)
            assert after.tat == decision.at + T
            assert after.job_tat == (bucket.job_tat if kind is Kind.POSTING else decision.at + 2 * T)


def test_healing_forgets_times_and_nothing_else():
    lasting = {"paused_at": 4, "pause_reason": "away", "resumed_at": 5, "streak": 6, "restored_to": 7}
    assert heal(Bucket(tat=1, job_tat=2, pen_until=3, **lasting)) == Bucket(**lasting)


@given(st.integers(1, HORIZON_MS), st.sampled_from(Kind))
def test_every_interval_up_to_the_horizon_gives_slots(interval_ms, kind):
    assert ask(Bucket(), kind, interval_ms=interval_ms) == Slot(NOW)
