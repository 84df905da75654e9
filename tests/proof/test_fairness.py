"""Jobs beside postings that never end, with clocks that disagree."""

import pytest
from fakes.telemetry import FakeTelemetry
from fakes.throttle import MemoryThrottle

from chalicelib.domain.throttle import Kind
from chalicelib.noko.courier import PATIENCE_MS
from chalicelib.services.slot import NoSlotError, wait_for_slot
from proof.timeline import Timeline
from standalone.instance import POST_CONCURRENCY

NOKO_MS = 350
POSTING_PATIENCE_MS = 45_000
MINUTES = 5


class Wrong:
    """A clock that is off."""

    def __init__(self, timeline, skew_ms):
        self._timeline = timeline
        self._skew_ms = skew_ms

    def now(self):
        return self._timeline.now + self._skew_ms

    def sleep_until(self, instant):
        self._timeline.sleep_until(instant - self._skew_ms)


def beside_postings(*, postings_ms, job_ms):
    """Ask for a job's slot every five seconds; return how often one came, and how often none did."""
    throttle, came, none = MemoryThrottle(), [], []
    with Timeline(1_000_000) as timeline:

        def ask(kind, skew_ms, pause_ms, patience_ms, came, none):
            clock = Wrong(timeline, skew_ms)
            while True:
                until = clock.now() + patience_ms
                try:
                    slot = wait_for_slot(kind, throttle=throttle, clock=clock, telemetry=FakeTelemetry(), until=until)
                    came.append(slot)
                except NoSlotError:
                    none.append(until)
                timeline.sleep_until(timeline.now + pause_ms)

        for _ in range(POST_CONCURRENCY):
            timeline.spawn(lambda: ask(Kind.POSTING, postings_ms, NOKO_MS, POSTING_PATIENCE_MS, [], []))
        timeline.spawn(lambda: ask(Kind.JOB, job_ms, 5_000, PATIENCE_MS, came, none))
        timeline.sleep_until(timeline.now + 60_000 * MINUTES)
    return len(came), len(none)


@pytest.mark.parametrize(("postings_ms", "job_ms"), [(0, 0), (-1000, 1000)])
def test_a_job_gets_its_slots_beside_postings_that_never_end(postings_ms, job_ms):
    came, none = beside_postings(postings_ms=postings_ms, job_ms=job_ms)
    assert none == 0
    assert came > 6 * MINUTES


@pytest.mark.parametrize(("postings_ms", "job_ms"), [(0, -200), (0, -1000), (1000, -1000), (4900, -4900)])
def test_a_job_that_is_behind_gets_its_slots_too(postings_ms, job_ms):
    came, none = beside_postings(postings_ms=postings_ms, job_ms=job_ms)
    assert none == 0
    assert came > 2 * MINUTES
