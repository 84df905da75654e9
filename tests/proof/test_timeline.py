import threading

import pytest

from proof.timeline import Timeline


def test_whoever_is_due_next_runs_next():
    said = []
    with Timeline(0) as timeline:

        def every(ms, name):
            for _ in range(3):
                timeline.sleep_until(timeline.now + ms)
                said.append((timeline.now, name))

        timeline.spawn(lambda: every(30, "slow"))
        timeline.spawn(lambda: every(20, "fast"))
        timeline.sleep_until(1_000)
        assert timeline.now == 1_000
    assert said == [(20, "fast"), (30, "slow"), (40, "fast"), (60, "slow"), (60, "fast"), (90, "slow")]


def test_a_worker_starts_at_its_time():
    begun = []
    with Timeline(0) as timeline:
        timeline.spawn(lambda: begun.append(timeline.now), at=50)
        timeline.sleep_until(49)
        assert not begun
        timeline.sleep_until(51)
    assert begun == [50]


def test_sleeping_until_the_past_takes_no_time_but_lets_others_run():
    ran = []
    with Timeline(100) as timeline:
        timeline.spawn(lambda: ran.append(timeline.now))
        timeline.sleep_until(5)
        assert timeline.now == 100
    assert ran == [100]


def test_what_a_worker_raises_is_raised_in_the_conductor_at_once():
    def fail():
        timeline.sleep_until(10)
        raise LookupError("lost")

    with Timeline(0) as timeline:
        timeline.spawn(fail)
        with pytest.raises(LookupError):
            timeline.sleep_until(1_000)
        assert timeline.now == 10


def test_no_worker_outlives_the_timeline():
    before = threading.active_count()
    with Timeline(0) as timeline:

        def forever():
            while True:
                timeline.sleep_until(timeline.now + 1)

        for _ in range(4):
            timeline.spawn(forever)
        timeline.sleep_until(20)
    assert threading.active_count() == before
