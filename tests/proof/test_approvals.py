"""Bulk approvals under every single fault; and thousands of them beside pushes: both get their turn."""

from dataclasses import replace

import pytest
from fakes.clock import START
from fakes.house import ROUTING, delivery, draft
from fakes.payroll import WEEKLY, approved, fill

from chalicelib.domain.approval_record import Stage, from_text
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.throttle import Kind
from chalicelib.services.approvals import KIND
from proof.approvals import plans, travel
from proof.cloud import Cloud
from proof.container import FAIR, Weather

PUSHED = 1_500
MINUTES = 12
DUE = START + 300_000
POLICY = replace(WEEKLY, when="tuesday 14:05")
"""Five minutes after the start of virtual time, in Berlin."""


def approve_beside_postings(weather):
    """Seed 2,500 entries, push 1,500 commits, and let a run come due in the middle; return the cloud as it is then."""
    with Cloud(seed=1, weather=weather, routing=replace(ROUTING, approvals=(POLICY,))) as cloud:
        expected = fill(cloud, now=DUE)
        door = next(cloud.serve("door"))
        cloud.sleep(minutes=2)
        for number in range(0, PUSHED, 100):
            pushed = delivery(*(draft(number + n, clock=door) for n in range(1, 101)), name=f"push-{number}")
            while not cloud.deliver(door, pushed):
                door = next(cloud.serve("door"))
        cloud.sleep(minutes=MINUTES)
        (run,) = cloud.ledger.runs(KIND, since=0, until=2**60)
        return cloud, expected, run, from_text(run.body)


def shares(cloud, begin, end):
    """Return how many slots postings and others got in a span."""
    kinds = [kind for at, kind in cloud.throttle.slots if begin <= at <= end]
    return kinds.count(Kind.POSTING), len(kinds) - kinds.count(Kind.POSTING)


@pytest.mark.parametrize("weather", [FAIR, Weather(kills=0.02, pauses=0.001)], ids=["fair", "rough"])
def test_postings_keep_at_least_half_of_the_slots_and_the_run_gets_there(weather):
    cloud, expected, run, record = approve_beside_postings(weather)
    assert (record.stage, run.finished_at is not None) == (Stage.DONE, True)
    assert approved(cloud, since=DUE) == expected.approved == set(record.approved)
    assert {each.noko_id: str(each.why) for each in record.aside} == expected.exceptions
    postings, jobs = shares(cloud, run.started_at, run.finished_at)
    assert jobs >= 20
    assert postings >= jobs
    assert cloud.sandbox.limiter.rejected == 0
    assert cloud.ledger.count(Status.LOGGED) > 1_000


def test_whatever_happens_to_one_call_of_a_run_its_end_is_the_same():
    tried = [(call.name, str(fault), travel(plan)[1]) for call, fault, plan in plans()]
    assert [each for each in tried if each[2]] == []
    assert len(tried) > 250
    assert {("PUT /entries/approved", "answer lost"), ("put run", "answer lost, retried")} <= {
        (name, fault) for name, fault, _ in tried
    }
