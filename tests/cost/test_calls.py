"""What one entry asks of AWS, counted call by call: whoever adds a call has to write it down here."""

from collections import Counter

import pytest

from cost.cloud import MeteredCloud
from docs.build.cost_count import (
    COUNTS,
    MOST_CALLS,
    ONE_BY_ONE,
    ONTO_A_BACKLOG,
    STANDING_BACKLOG,
    STORED_BYTES,
    TICK,
    Asked,
)

QUIET_MS = 97_000
"""Between two pushes that come one by one."""
BRISK_MS = 5_000
"""Between two that come onto a backlog."""
RETIRED_MS = 31 * 86_400_000


def asked(bill):
    return Asked(dict(bill.calls), bill.read_units, bill.write_units)


@pytest.fixture
def cloud():
    """A cloud that is warm: each container has had its first delivery, and Noko's people are known."""
    with MeteredCloud() as cloud:
        cloud.door = next(cloud.serve("door"))
        cloud.push(cloud.door, 8, seed="warm")
        cloud.wait()
        cloud.sleep(minutes=1)
        forget(cloud)
        yield cloud


def forget(cloud):
    """Retire what came, as the tick does a month later; return what that asked for beside the tick's usual queries."""
    cloud.meter.clear()
    cloud.ledger.retire(now=cloud.timeline.now + RETIRED_MS, limit=1000)
    retired = asked(cloud.meter.bills["door"])
    cloud.meter.clear()
    return Asked({name: count for name, count in retired.calls.items() if "query" not in name}, 0, retired.writes)


def counted(cloud, *, without=()):
    """Return what was asked for, by whom."""
    bills = {who: asked(bill) for who, bill in cloud.meter.bills.items() if bill.calls and who not in without}
    return {**bills, "retire": forget(cloud)}


def test_entries_that_arrive_one_by_one(cloud):
    before = cloud.storage()
    for number in range(ONE_BY_ONE.entries):
        cloud.push(cloud.door, 1, seed=f"single-{number}")
        cloud.sleep(ms=QUIET_MS)
    assert round((cloud.storage() - before) / ONE_BY_ONE.entries) == STORED_BYTES
    assert counted(cloud, without=["tick"]) == ONE_BY_ONE.asked  # it asks the same of an empty table


def test_a_standing_backlog(cloud):
    cloud.push(cloud.door, STANDING_BACKLOG.entries, seed="big")
    cloud.wait()
    assert counted(cloud) == STANDING_BACKLOG.asked


def test_entries_that_arrive_one_by_one_while_a_backlog_stands(cloud):
    cloud.push(cloud.door, 2000, seed="big")
    cloud.sleep(minutes=3)
    forget(cloud)
    for number in range(ONTO_A_BACKLOG.entries):
        cloud.push(cloud.door, 1, seed=f"single-{number}")
        cloud.sleep(ms=BRISK_MS)
    busy_with_the_backlog = ["tick", "post", "source of post"]
    assert counted(cloud, without=busy_with_the_backlog) == ONTO_A_BACKLOG.asked


def test_a_tick_that_finds_nothing(cloud):
    cloud.sleep(minutes=10)
    calls = Counter(cloud.meter.bills["tick"].calls)
    assert {name: count / 10 for name, count in calls.items()} == TICK.calls


@pytest.mark.parametrize("count", COUNTS, ids=lambda count: count.name)
def test_no_entry_asks_for_more_than_fifteen(count):
    """All that is billed: our calls, and those of Lambda's event sources."""
    assert count.calls <= MOST_CALLS == 15
