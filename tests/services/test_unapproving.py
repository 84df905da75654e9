"""Taking a run back: exactly what it approved, and nothing that anybody has touched since."""

import dataclasses

import pytest
from fakes.clock import START
from fakes.house import FakeHouse
from fakes.payroll import MONDAY, WEEKLY, approved, calls, log, policies

from chalicelib.domain.approval_record import from_text, key_of
from chalicelib.errors import NokoUnavailable, Paused, UserError
from chalicelib.noko.protocol import Token
from chalicelib.services.approvals import KIND, approve_due
from chalicelib.services.approving import NotPermitted
from chalicelib.services.unapproving import look, take_back
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, WEBSITE

KEY = key_of("weekly", MONDAY, by_hand=False)


@pytest.fixture
def ids():
    return []


@pytest.fixture
def house(ids):
    """A house whose run on Monday approved 230 entries; three were approved by a person before."""
    house = FakeHouse(routing=policies(WEEKLY))
    tick(house)
    ids += [log(house, key=f"github:{n}", days=10 + n % 9) for n in range(230)]
    for number in range(3):
        log(house, key=f"github:by-hand-{number}", approved_at=START, approved_by=JANE.id)
    house.clock.advance(ms=MONDAY - house.clock.now())
    tick(house)
    assert len(approved(house, since=MONDAY)) == 230
    house.clock.advance(minutes=30)
    house.transport.requests.clear()
    return house


def tick(house):
    approve_due(ports=house.ports, routing=house.routing, deadline=house.clock.now() + 60_000)


def undo(house):
    return take_back(look(KEY, ports=house.ports), ports=house.ports)


def record_of(house):
    return from_text(house.ledger.run(KIND, KEY).body)


def test_a_run_is_taken_back_and_what_was_approved_before_it_stays(house, ids):
    undone = undo(house)
    assert approved(house) == approved(house, since=START) - set(ids)
    assert len(approved(house)) == 3
    assert sorted(undone.unapproved) == sorted(ids)
    assert (undone.left, undone.is_ended, undone.by) == ((), True, JANE.email)
    assert record_of(house).undone == undone
    assert calls(house)["PUT", "/entries/unapproved"] == 3


def test_what_a_person_touched_since_is_left_as_it_is(house, ids):
    books, now = house.sandbox.books, house.clock.now()
    books.edit(ids[0], approved_at=None, approved_by=None)
    books.edit(ids[1], approved_at=None, approved_by=None)
    books.edit(ids[1], description="edited", approved_at=now, approved_by=JANE.id)
    books.edit(ids[2], description="reworded by a merge of tags")
    books.edit(ids[3], invoiced_at=now)
    books.delete(ids[4])
    books.edit(ids[5], project_id=WEBSITE.id, at=MONDAY)
    books.edit_project(WEBSITE.id, enabled=False)
    undone = undo(house)
    assert {each.noko_id: str(each.why) for each in undone.left} == {
        ids[0]: "changed",
        ids[1]: "changed",
        ids[2]: "changed",
        ids[3]: "invoiced",
        ids[4]: "changed",
        ids[5]: "archived_project",
    }
    assert sorted(undone.unapproved) == sorted(ids[6:])
    assert approved(house, since=MONDAY) == {*ids[1:4], ids[5]}


def test_an_undo_that_broke_off_takes_back_the_rest_and_tells_the_whole(house, ids):
    house.sandbox.books.edit(ids[7], approved_at=None, approved_by=None)
    house.sandbox.faults.add("drop_before", skip=1, match=("PUT", "/entries/unapproved"))
    with pytest.raises(Exception, match="nobody knows"):
        undo(house)
    assert not record_of(house).undone.is_ended
    undone = undo(house)
    assert approved(house, since=MONDAY) == set()
    assert sorted(undone.unapproved) == sorted(set(ids) - {ids[7]})
    assert [each.noko_id for each in undone.left] == [ids[7]]
    assert calls(house)["PUT", "/entries/unapproved"] == 4
    again = look(KEY, ports=house.ports)
    assert (again.ready, len(again.done)) == ((), 229)


def test_a_bulk_call_that_did_nothing_is_found_out_and_asked_singly(house, ids):
    house.sandbox.faults.add("status_before", status=204, skip=2, match=("PUT", "/entries/unapproved"))
    undone = undo(house)
    assert sorted(undone.unapproved) == sorted(ids)
    assert calls(house)["PUT", "/entries//unapproved"] == 30


def test_a_project_that_is_archived_meanwhile_is_told(house, ids):
    undoing = look(KEY, ports=house.ports)
    house.sandbox.books.edit_project(GEAR.id, enabled=False)
    undone = take_back(undoing, ports=house.ports)
    assert undone.unapproved == ()
    assert {str(each.why) for each in undone.left} == {"refused"}
    assert len(approved(house, since=MONDAY)) == len(ids)


def test_only_a_run_that_there_is_and_that_ended_can_be_taken_back(house):
    with pytest.raises(UserError, match="there is no run"):
        look("weekly/never", ports=house.ports)
    house.clock.advance(days=7)
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    tick(house)
    with pytest.raises(UserError, match="has not ended"):
        look(key_of("weekly", MONDAY + 7 * 86_400_000, by_hand=False), ports=house.ports)


def test_a_token_that_may_not_approve_may_not_take_back(house):
    house.secrets.token = Token(COWORKER_TOKEN)
    with pytest.raises(NotPermitted, match="a coworker, and only supervisors"):
        look(KEY, ports=house.ports)


def test_nothing_is_taken_back_while_calls_are_paused(house):
    house.throttle.pause("Noko could not be reached", now=house.clock.now())
    with pytest.raises(Paused, match="could not be reached"):
        look(KEY, ports=house.ports)


def test_a_list_that_does_not_come_takes_nothing_back(house):
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    with pytest.raises(NokoUnavailable):
        undo(house)
    assert record_of(house).undone is None
    assert len(approved(house, since=MONDAY)) == 230


def test_two_who_take_back_at_once_do_each_entry_once(house, ids):
    first, second = look(KEY, ports=house.ports), look(KEY, ports=house.ports)
    take_back(first, ports=house.ports)
    with pytest.raises(Exception, match="somebody else's by now"):
        take_back(second, ports=house.ports)
    assert calls(house)["PUT", "/entries/unapproved"] == 3
    assert len(record_of(house).undone.unapproved) == len(ids)
    assert dataclasses.replace(first.record, undone=record_of(house).undone) == record_of(house)
