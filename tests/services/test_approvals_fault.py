"""Each I/O call of a run fails in each way, or somebody else runs between; the end is the same."""

import contextlib
import dataclasses
import threading
from functools import cache

import pytest
from fakes.crash import Crash, Died
from fakes.house import FakeHouse
from fakes.payroll import MONDAY, WEEKLY, approved, doubtful, log, policies
from fakes.throttle import MemoryThrottle
from proof.timeline import Timeline

from chalicelib.domain.approval_record import from_text, key_of
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import StoreUnavailable, Unavailable
from chalicelib.exchange.message import Failure
from chalicelib.noko.client import NokoClient
from chalicelib.services.approvals import KIND, approve_due
from chalicelib.services.approving_by_hand import begun, plan, resumed
from chalicelib.services.run import TakenOver
from devstack.sandbox.account import OLD_SITE, WEBSITE

ENTRIES = 130
LEDGER = ("run", "put_run", "swap_run", "holder_of", "in_doubt", "directory", "put_directory")
ROUTING = policies(dataclasses.replace(WEEKLY, projects=("Gear GmbH", "Website", "Old Site")))
KEY = key_of("weekly", MONDAY, by_hand=False)


def a_month():
    """A house at six on Monday, and what its run should come to."""
    house = FakeHouse(routing=ROUTING)
    approve_due(ports=house.ports, routing=ROUTING, deadline=house.clock.now() + 60_000)
    ids = {log(house, days=10 + n % 30, key=f"github:{n}") for n in range(ENTRIES)}
    aside = {log(house, key="github:old", project=OLD_SITE): "archived_project"}
    aside |= dict.fromkeys(doubtful(house, 1, Status.UNCERTAIN), "in_doubt")
    refused = log(house, key="github:late", project=WEBSITE)
    send = house.transport.send

    def archiving(request, guard):
        if request.url.endswith("/entries/approved"):
            house.sandbox.books.edit_project(WEBSITE.id, enabled=False)
        return send(request, guard)

    house.transport.send = archiving
    house.clock.advance(ms=MONDAY - house.clock.now())
    return house, ids, aside | {refused: "archived_project"}


def lost_at_the_store():
    raise StoreUnavailable("no answer")


def ports_of(house, *, clock=None, ledger=None, throttle=None, transport=None):
    """Return the ports of one more process over the same world."""
    clock, throttle = clock or house.clock, throttle or house.throttle
    noko = NokoClient(
        base_url=house.sandbox.base_url,
        allowed_hosts=frozenset(),
        transport=transport or house.transport,
        throttle=throttle,
        clock=clock,
        secrets=house.secrets,
        telemetry=house.telemetry,
    )
    return dataclasses.replace(house.ports, clock=clock, ledger=ledger or house.ledger, throttle=throttle, noko=noko)


def doomed(house, crash):
    """Return the ports of a process in which one call goes wrong."""
    return ports_of(
        house,
        ledger=crash.wrap(house.ledger, *LEDGER, lose=lost_at_the_store),
        throttle=crash.wrap(house.throttle, "reserve", "state", lose=lost_at_the_store),
        transport=crash.wrap(house.transport, "send", lose=lambda: Failure(sent=True, reason="timed out")),
    )


def tick(house, ports=None):
    with contextlib.suppress(Unavailable, Died):
        approve_due(ports=ports or house.ports, routing=ROUTING, deadline=house.clock.now() + 60_000)
    house.clock.advance(minutes=1)


@cache
def calls_of_a_run():
    house, *_ = a_month()
    crash = Crash()
    tick(house, doomed(house, crash))
    return crash.calls


# every call but most of the 133 reads of who holds an entry, which are alike
SINGLES = [n for n, name in enumerate(calls_of_a_run()) if name != "holder_of" or n % 40 == 0]


@pytest.mark.parametrize("how", ["before", "after", "lost"])
@pytest.mark.parametrize("number", SINGLES)
def test_whatever_goes_wrong_once_the_end_is_the_same(number, how):
    house, ids, aside = a_month()
    tick(house, doomed(house, Crash(number, how)))
    for _ in range(5):
        tick(house)
    end_is_right(house, ids, aside)


def end_is_right(house, ids, aside):
    (run,) = house.ledger.runs(KIND, since=0, until=2**60)
    record = from_text(run.body)
    assert run.finished_at is not None, (run, record.stage)
    assert approved(house, since=MONDAY) == ids == set(record.approved)
    assert {each.noko_id: str(each.why) for each in record.aside} == aside
    assert len(record.approved) == len(ids)
    assert {each.approved_at for each in house.sandbox.books.entries() if each.id in ids} == {record.approved_at}


def test_the_calls_that_were_tried_are_those_of_a_whole_run():
    names = calls_of_a_run()
    assert names.count("send") == 8
    assert {*LEDGER} - {"put_run"} <= {*names}
    assert "put_run" in names


def test_a_run_that_dies_at_every_call_in_turn_gets_there_too():
    house, ids, aside = a_month()
    for number in range(0, 400, 7):
        tick(house, doomed(house, Crash(number, "after")))
    for _ in range(5):
        tick(house)
    end_is_right(house, ids, aside)


class Slow:
    """The transport, each request of which takes a while, so that others run meanwhile; and a clock of that time."""

    def __init__(self, house, timeline):
        self._house, self._timeline = house, timeline

    def now(self):
        return self._timeline.now

    def sleep_until(self, instant):
        self._timeline.sleep_until(instant)

    def send(self, request, guard):
        self._timeline.sleep_until(self._timeline.now + 300)
        self._house.clock.advance(ms=max(0, self._timeline.now - self._house.clock.now()))
        return self._house.transport.send(request, guard)


@pytest.mark.parametrize("apart_ms", [0, 1, 400, 5_000, 30_000])
def test_two_workers_at_once_make_one_run(apart_ms):
    house, ids, aside = a_month()
    house.throttle = MemoryThrottle()
    with Timeline(house.clock.now()) as timeline:

        def work():
            slow = Slow(house, timeline)
            ports = ports_of(house, clock=slow, transport=slow)
            with contextlib.suppress(Unavailable):
                approve_due(ports=ports, routing=ROUTING, deadline=timeline.now + 60_000)

        timeline.spawn(work)
        timeline.spawn(work, at=timeline.now + apart_ms)
        timeline.sleep_until(timeline.now + 200_000)
    house.clock.advance(ms=200_000)
    assert threading.active_count() < 5
    end_is_right(house, ids, aside)
    assert house.ledger.run(KIND, KEY).tries == 1


def test_a_worker_that_stood_still_finds_its_run_taken_over_and_sends_nothing_more():
    house, ids, aside = a_month()
    crash, sent = Crash(), []
    ports = doomed(house, crash)
    send = house.transport.send

    def freezing(request, guard):
        answer = send(request, guard)
        if request.url.endswith("/entries/approved") and not sent:
            sent.append(request)
            house.clock.advance(minutes=10)
            for _ in range(3):
                tick(house)
            end_is_right(house, ids, aside)
            house.sandbox.books.edit(min(ids), approved_at=None, approved_by=None)
            house.transport.requests.clear()
        return answer

    house.transport.send = freezing
    tick(house, ports)
    assert house.transport.requests == []
    assert house.sandbox.books.entry(min(ids)).approved_at is None


def test_a_person_whose_run_was_resumed_by_somebody_else_sends_nothing_more():
    house, ids, _ = a_month()
    policy, send, frozen = ROUTING.approvals[0], house.transport.send, []

    def freezing(request, guard):
        answer = send(request, guard)
        if request.url.endswith("/entries/approved") and not frozen:
            frozen.append(request)
            house.clock.advance(minutes=10)
            key = next(iter(house.ledger.runs(KIND, since=0, until=2**60))).key
            with resumed(key, ports=house.ports, routing=ROUTING, watch=lambda _: None) as work:
                work.go_on()
            house.transport.requests.clear()
        return answer

    house.transport.send = freezing
    made = plan(policy, ports=house.ports, routing=ROUTING)
    with (
        pytest.raises(TakenOver, match="somebody else's by now"),
        begun(made, policy, ports=house.ports, watch=lambda _: None) as work,
    ):
        work.go_on()
    assert house.transport.requests == []
    assert approved(house, since=MONDAY) == ids
