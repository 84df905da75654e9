"""A doubt whose list takes longer than a tick lives."""

import datetime as dt

import pytest
from fakes.house import delivery, draft

from chalicelib.domain.lifecycle import Status
from devstack.sandbox.account import GEAR, JANE
from proof.cloud import Cloud
from proof.container import FAIR

PAGES = 5
PAGE = 1_000
SLOW_MS = 11_000
COMMITS = 400
"""More than an opening sends itself, so that the tick must send the rest."""


@pytest.fixture
def cloud():
    """Noko is slow, and holds more of Jane's entries since the doubt began than a tick can read in its 55 s."""
    with Cloud(seed=1, weather=FAIR) as cloud:
        for number in range(PAGES * PAGE):
            day = dt.date(2026, 6, 1 + number % 28)
            cloud.sandbox.books.log(user_id=JANE.id, date=day, minutes=5, project_id=GEAR.id)
        cloud.sandbox.faults.add("status_after", status=502, match=("POST", "/entries"))
        cloud.sandbox.faults.add("slow", ms=SLOW_MS, times=None, match=("GET", "/entries"))
        yield cloud


def test_a_doubt_that_takes_too_long_to_look_up_does_not_stop_the_rest(cloud):
    door = next(cloud.serve("door"))
    cloud.timeline.spawn(lambda: cloud.deliver(door, delivery(draft(0, clock=door), name="doubtful")))
    cloud.sleep(minutes=4)
    assert cloud.ledger.count(Status.UNCERTAIN) == 1
    drafts = [draft(number, clock=door) for number in range(1, COMMITS + 1)]
    cloud.timeline.spawn(lambda: cloud.deliver(door, delivery(*drafts, name="the rest")))
    cloud.sleep(minutes=8)
    assert cloud.ledger.count(Status.LOGGED) >= COMMITS
