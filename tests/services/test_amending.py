"""A rewritten commit with other minutes changes the entry that is there, when a person says so."""

from dataclasses import replace

import pytest
from fakes.house import FakeHouse, draft, sha

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.content import Content
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Person
from chalicelib.errors import NokoError, StoreUnavailable, UserError
from chalicelib.services import replay as people
from chalicelib.services.amending import amend
from chalicelib.services.intake import take
from chalicelib.sources.delivery import Delivery

CONTENT = Content("0" * 32, "f" * 32)


def push(house, number, minutes, *, forced=True):
    """Push one commit of the same work; the first adds to the branch, the others rewrite it."""
    house.clock.advance(seconds=60)
    arrival = Arrival("till", sha(number), forced=forced, at=house.clock.now())
    delivered = Delivery(
        source="github",
        key=f"github:{number}:x",
        event="push",
        drafts=(draft(number, clock=house.clock, minutes=minutes, content=CONTENT, branch="till"),),
        repository="acme/website",
        branch="till",
        arrival=arrival,
    )
    take(delivered, ports=house.ports)
    house.run(minutes=2)


def entry(house, number):
    return house.ledger.entry(draft(number).key)


def booked(house):
    return [(each.id, each.minutes) for each in house.sandbox.books.entries()]


@pytest.fixture
def amended():
    house = FakeHouse()
    push(house, 1, 300, forced=False)
    push(house, 2, 30)
    assert entry(house, 1).status is Status.LOGGED
    assert entry(house, 2).status is Status.HELD
    return house


def test_it_is_held_with_what_would_change_and_both_ways_on(amended):
    held = entry(amended, 2)
    assert held.reason_code == "amends"
    assert held.reason.startswith(f"amends {sha(1)[:7]}, 300 → 30 minutes; `tallyhook amend {held.key}`")
    assert "--anyway" in held.reason
    assert held.route is not None


def test_amending_changes_the_entry_that_is_there_and_makes_none(amended):
    before = booked(amended)
    after = amend(entry(amended, 2).key, ports=amended.ports)
    assert after.status is Status.SKIPPED
    assert str(entry(amended, 1).noko_id) in after.reason
    assert booked(amended) == [(before[0][0], 30)]
    assert entry(amended, 1).logged_minutes == 30


def test_a_second_amendment_finds_the_entry_behind_the_first(amended):
    amend(entry(amended, 2).key, ports=amended.ports)
    push(amended, 3, 90)
    assert entry(amended, 3).reason.startswith(f"amends {sha(2)[:7]}, 30 → 90 minutes")
    amend(entry(amended, 3).key, ports=amended.ports)
    assert [minutes for _, minutes in booked(amended)] == [90]


def test_going_back_to_the_first_amount_is_an_amendment_too(amended):
    amend(entry(amended, 2).key, ports=amended.ports)
    push(amended, 3, 300)
    assert entry(amended, 3).status is Status.HELD


def test_an_amendment_rebased_once_more_is_its_copy(amended):
    push(amended, 3, 30)
    assert entry(amended, 3).status is Status.SKIPPED
    assert sha(2)[:7] in entry(amended, 3).reason


def test_what_is_not_logged_cannot_be_changed_yet():
    house = FakeHouse()
    house.sandbox.faults.add("status_before", status=422, match=("POST", "/entries"))
    push(house, 1, 300, forced=False)
    assert entry(house, 1).status is Status.REFUSED
    push(house, 2, 30)
    with pytest.raises(UserError, match="only what is logged can be changed"):
        amend(entry(house, 2).key, ports=house.ports)
    assert entry(house, 2).status is Status.HELD


def test_an_amendment_is_not_replayed_by_mistake(amended):
    key = entry(amended, 2).key
    with pytest.raises(UserError, match="tallyhook amend"):
        people.replay(key, anyway=False, ports=amended.ports, routing=amended.routing)
    people.replay(key, anyway=True, ports=amended.ports, routing=amended.routing)
    amended.run(minutes=2)
    assert [minutes for _, minutes in booked(amended)] == [300, 30]


def test_the_tick_does_not_release_it_when_the_routing_file_changes(amended):
    people_now = (*amended.routing.people, Person(noko="new@acme.example"))
    amended.routing = replace(amended.routing, people=people_now)
    amended.run(minutes=5)
    assert entry(amended, 2).status is Status.HELD
    assert entry(amended, 2).reason_code == "amends"


def test_an_approved_entry_stays_and_the_amendment_is_kept(amended):
    list(amended.noko.approve([entry(amended, 1).noko_id]))
    with pytest.raises(NokoError, match="approved"):
        amend(entry(amended, 2).key, ports=amended.ports)
    assert entry(amended, 2).status is Status.HELD
    assert [minutes for _, minutes in booked(amended)] == [300]


class Dying:
    """A ledger that dies at the nth call of one method, before or after it is done."""

    def __init__(self, ledger, method, nth, *, after):
        self._ledger = ledger
        self._method = method
        self._left = nth
        self._after = after

    def __getattr__(self, name):
        plain = getattr(self._ledger, name)
        if name != self._method:
            return plain

        def call(*args):
            self._left -= 1
            if self._left:
                return plain(*args)
            if self._after:
                plain(*args)
            raise StoreUnavailable("gone")

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("method", "nth"), [("entry", 1), ("entry", 2), ("swap", 1), ("swap", 2)])
def test_after_a_crash_doing_it_again_ends_the_same(amended, method, nth, after):
    key = entry(amended, 2).key
    dying = replace(amended.ports, ledger=Dying(amended.ledger, method, nth, after=after))
    with pytest.raises(StoreUnavailable):
        amend(key, ports=dying)
    if entry(amended, 2).status is Status.HELD:
        amend(key, ports=amended.ports)
    assert entry(amended, 2).status is Status.SKIPPED
    assert entry(amended, 1).logged_minutes == 30
    assert [minutes for _, minutes in booked(amended)] == [30]
