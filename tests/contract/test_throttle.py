"""What every throttle promises: slots apart, a share for postings, penalties, pauses, and recovery from nonsense."""

import itertools

import pytest
from fakes.clock import START
from fakes.throttle import MemoryThrottle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.throttle import HORIZON_MS, RESTORING, Corrupt, Kind, Slot, Suspended, Wait

T = 501
STEPS = st.lists(
    st.tuples(st.sampled_from(Kind), st.one_of(st.just(0), st.integers(1, 700), st.integers(700, 20_000))),
    min_size=1,
    max_size=60,
)


def slots(throttle, kind, count, *, now=START):
    """Ask until there are `count` slots, waiting as told."""
    found = []
    while len(found) < count:
        decision = throttle.reserve(kind, now=now)
        if isinstance(decision, Slot):
            found.append(decision.at)
        else:
            assert decision.until > now
            now = decision.until
    return found


def test_the_first_slot_is_now(throttle):
    assert throttle.reserve(Kind.POSTING, now=START) == Slot(START)


def test_slots_for_postings_lie_one_interval_apart(throttle):
    assert slots(throttle, Kind.POSTING, 10) == [START + T * n for n in range(10)]


def test_slots_for_jobs_lie_two_intervals_apart(throttle):
    assert slots(throttle, Kind.JOB, 6) == [START + 2 * T * n for n in range(6)]


def test_no_slot_is_further_ahead_than_the_horizon(throttle):
    while isinstance(decision := throttle.reserve(Kind.POSTING, now=START), Slot):
        assert decision.at + T <= START + HORIZON_MS
    assert throttle.reserve(Kind.POSTING, now=decision.until) == Slot(START + 3 * T)


def test_asking_before_the_told_instant_is_pointless(throttle):
    while isinstance(decision := throttle.reserve(Kind.POSTING, now=START), Slot):
        pass
    assert throttle.reserve(Kind.POSTING, now=decision.until - 1) == decision


def test_an_idle_time_gives_no_credit(throttle):
    slots(throttle, Kind.POSTING, 3)
    later = START + 3_600_000
    assert slots(throttle, Kind.POSTING, 3, now=later) == [later, later + T, later + 2 * T]


def test_jobs_that_ask_all_the_time_leave_postings_at_least_half(throttle):
    given_slots = []
    for now in range(START, START + 8_000, 250):
        for kind in (Kind.JOB, Kind.JOB, Kind.PROBE, Kind.POSTING):
            decision = throttle.reserve(kind, now=now)
            if isinstance(decision, Slot):
                given_slots.append(kind is Kind.POSTING)
    assert len(given_slots) >= 18, "no slot stays unused"
    assert given_slots == [n % 2 == 1 for n in range(len(given_slots))], "every other one is a posting's"


def test_a_penalty_closes_the_gate_for_three_seconds(throttle):
    throttle.penalise(now=START)
    for kind in Kind:
        assert throttle.reserve(kind, now=START + 1) == Wait(START + 3000)
    assert throttle.reserve(Kind.POSTING, now=START + 3000) == Slot(START + 3000)


def test_a_pause_suspends_everything_but_probes(throttle):
    throttle.pause("the token is refused", now=START)
    for kind in (Kind.POSTING, Kind.JOB):
        assert throttle.reserve(kind, now=START + 1) == Suspended("the token is refused")
    assert isinstance(throttle.reserve(Kind.PROBE, now=START + 1), Slot)


def test_probes_keep_their_distance_while_paused(throttle):
    throttle.pause("away", now=START)
    assert slots(throttle, Kind.PROBE, 3) == [START, START + 2 * T, START + 4 * T]


def test_a_pause_that_is_on_stays_as_it_is(throttle):
    throttle.pause("first", now=START)
    throttle.pause("second", now=START + 5)
    assert (throttle.state().pause_reason, throttle.state().paused_at) == ("first", START)


def test_resuming_ends_the_pause_and_the_streak(throttle):
    throttle.record_outage()
    throttle.pause("away", now=START)
    throttle.resume(now=START + 9)
    state = throttle.state()
    assert (state.paused_at, state.pause_reason, state.resumed_at, state.streak) == (None, None, START + 9, 0)
    assert throttle.reserve(Kind.POSTING, now=START + 9) == Slot(START + 9)


def test_resuming_without_a_pause_is_nothing(throttle):
    throttle.record_outage()
    throttle.resume(now=START + 9)
    assert (throttle.state().resumed_at, throttle.state().streak) == (0, 1)


def test_in_restore_mode_postings_get_no_slot_and_jobs_and_probes_do(throttle):
    throttle.enter_restore(START - 3_600_000, now=START)
    assert throttle.reserve(Kind.POSTING, now=START + 1) == Suspended(RESTORING)
    assert slots(throttle, Kind.JOB, 2, now=START + 1) == [START + 1, START + 1 + 2 * T]
    assert isinstance(throttle.reserve(Kind.PROBE, now=START + 60_000), Slot)
    assert throttle.reserve(Kind.POSTING, now=START + 60_001) == Suspended(RESTORING)
    assert throttle.state().is_closed


def test_no_probe_and_no_healing_ends_the_restore_mode(throttle, item):
    throttle.enter_restore(START - 5, now=START)
    throttle.pause("away", now=START)
    throttle.resume(now=START + 1)
    item.spoil(tat=2**60)
    assert throttle.reserve(Kind.JOB, now=START + 2) == Corrupt("tat")
    assert throttle.reserve(Kind.POSTING, now=START + 3) == Suspended(RESTORING)


def test_a_pause_goes_on_in_restore_mode(throttle):
    throttle.enter_restore(START - 5, now=START)
    throttle.pause("away", now=START)
    assert throttle.reserve(Kind.JOB, now=START + 1) == Suspended("away")


def test_of_several_restores_the_earliest_instant_stays(throttle):
    for instant, now in ((START - 5, START), (START - 3, START + 1), (START - 5, START + 2)):
        throttle.enter_restore(instant, now=now)
        assert (throttle.state().restored_to, throttle.state().restoring_since) == (START - 5, START)
    throttle.enter_restore(START - 9, now=START + 3)
    assert (throttle.state().restored_to, throttle.state().restoring_since) == (START - 9, START + 3)


def test_the_restore_mode_ends_for_the_instant_that_it_is_on_for_and_for_no_other(throttle):
    throttle.enter_restore(START - 5, now=START)
    throttle.enter_restore(START - 9, now=START)
    assert not throttle.leave_restore(START - 5, now=START + 1)
    assert throttle.state().restored_to == START - 9
    assert throttle.leave_restore(START - 9, now=START + 2)
    state = throttle.state()
    assert (state.restored_to, state.restoring_since, state.resumed_at) == (None, None, START + 2)
    assert throttle.reserve(Kind.POSTING, now=START + 3) == Slot(START + 3)


def test_ending_a_restore_mode_that_is_over_is_nothing(throttle):
    assert throttle.leave_restore(START - 5, now=START + 1)
    assert throttle.state().resumed_at == 0


def test_outages_are_counted_until_contact_and_slots_tell_the_count(throttle):
    assert [throttle.record_outage() for _ in range(3)] == [1, 2, 3]
    assert throttle.reserve(Kind.POSTING, now=START).streak == 3
    throttle.record_contact()
    assert throttle.state().streak == 0
    assert throttle.reserve(Kind.POSTING, now=START).streak == 0
    assert throttle.record_outage() == 1


def test_contact_without_a_streak_is_nothing(throttle):
    throttle.record_contact()
    assert throttle.state().streak == 0


@pytest.mark.parametrize("field", ["tat", "job_tat", "pen_until"])
def test_a_value_too_far_ahead_is_told_forgotten_and_then_a_slot_given(throttle, item, field):
    item.spoil(**{field: START + 60_001})
    assert throttle.reserve(Kind.JOB, now=START) == Corrupt(field)
    assert throttle.reserve(Kind.JOB, now=START) == Slot(START)


@pytest.mark.parametrize("field", ["tat", "job_tat", "pen_until"])
def test_a_value_within_a_minute_is_waited_for(throttle, item, field):
    item.spoil(**{field: START + 60_000})
    decision = throttle.reserve(Kind.JOB, now=START)
    assert isinstance(decision, Wait)
    assert START < decision.until <= START + 60_000


def test_healing_keeps_the_pause_and_the_streak(throttle, item):
    throttle.record_outage()
    throttle.pause("away", now=START)
    item.spoil(tat=2**60)
    assert throttle.reserve(Kind.PROBE, now=START) == Corrupt("tat")
    assert throttle.state().pause_reason == "away"
    assert throttle.state().streak == 1


def drive(throttle, steps):
    """Ask at the given instants; return the slots, as pairs of instant and kind."""
    now, given_slots = START, []
    for kind, step in steps:
        now += step
        decision = throttle.reserve(kind, now=now)
        if isinstance(decision, Slot):
            assert now <= decision.at <= now + HORIZON_MS
            given_slots.append((decision.at, kind))
        else:
            assert decision.until > now
    return given_slots


@given(STEPS)
def test_no_two_slots_are_closer_than_an_interval_and_no_two_jobs_than_two(steps):
    given_slots = drive(MemoryThrottle(interval_ms=T), steps)
    instants = [at for at, _ in given_slots]
    assert all(b - a >= T for a, b in itertools.pairwise(instants))
    jobs = [at for at, kind in given_slots if kind is not Kind.POSTING]
    assert all(b - a >= 2 * T for a, b in itertools.pairwise(jobs))


@given(STEPS, st.integers(1, 5000))
def test_no_window_holds_more_than_its_share(steps, window):
    instants = [at for at, _ in drive(MemoryThrottle(interval_ms=T), steps)]
    for start in instants:
        assert sum(start <= at < start + window for at in instants) <= (window - 1) // T + 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pause", "resume", "penalise", "restore", "restored", *Kind, *Kind, *Kind]),
            st.integers(0, 900),
        ),
        min_size=5,
        max_size=25,
    )
)
def test_memory_and_table_decide_alike(aws_throttle, steps):
    memory, (table, _) = MemoryThrottle(interval_ms=T), aws_throttle(T)
    now = START
    for what, step in steps:
        now += step
        match what:
            case "pause":
                memory.pause("away", now=now), table.pause("away", now=now)
            case "resume":
                memory.resume(now=now), table.resume(now=now)
            case "penalise":
                memory.penalise(now=now), table.penalise(now=now)
            case "restore":
                memory.enter_restore(START - step, now=now), table.enter_restore(START - step, now=now)
            case "restored":
                to = memory.state().restored_to or 0
                assert table.leave_restore(to, now=now) == memory.leave_restore(to, now=now)
            case kind:
                assert table.reserve(kind, now=now) == memory.reserve(kind, now=now)
    assert table.state() == memory.state()


@pytest.mark.parametrize("field", ["tat", "job_tat", "pen_until"])
@pytest.mark.parametrize(
    "nonsense",
    [{"S": "soon"}, {"N": "1.5e30"}, {"BOOL": True}, {"NULL": True}, {"L": [{"N": "1"}]}, {"B": b"x"}],
    ids=lambda value: next(iter(value)) + str(next(iter(value.values()))),
)
def test_what_is_no_number_in_the_table_is_healed(aws_throttle, field, nonsense):
    throttle, item = aws_throttle()
    item.spoil(**{field: nonsense})
    assert throttle.reserve(Kind.JOB, now=START) == Corrupt(field)
    assert throttle.reserve(Kind.JOB, now=START) == Slot(START)


def test_two_processes_with_one_item_never_share_a_slot(aws_throttle):
    one, _ = aws_throttle(account="twins")
    two, _ = aws_throttle(account="twins")
    found = [t.reserve(Kind.POSTING, now=START).at for t in (one, two, two)]
    assert found == [START, START + T, START + 2 * T]
    assert isinstance(one.reserve(Kind.POSTING, now=START), Wait)


def test_a_process_that_healed_less_recently_does_not_undo_a_slot(aws_throttle):
    healer, item = aws_throttle(account="healed")
    other, _ = aws_throttle(account="healed")
    item.spoil(tat=2**60)
    assert healer.reserve(Kind.POSTING, now=START) == Corrupt("tat")
    assert healer.reserve(Kind.POSTING, now=START) == Slot(START)
    assert other.reserve(Kind.POSTING, now=START) == Slot(START + T)
