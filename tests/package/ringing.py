"""For each metric, a way to it: what has to happen to a whole house, in virtual time, until that number is told."""

import dataclasses
import datetime as dt

from fakes.clock import START
from fakes.house import ROUTING, delivery, draft
from fakes.logged_house import LoggedHouse
from fakes.payroll import WEEKLY

from chalicelib.services.intake import take
from devstack.push import push

POST = ("POST", "/entries")


def moment(now):
    return dt.datetime.fromtimestamp(now / 1000, dt.UTC).isoformat(timespec="seconds")


def house_with_a_push(*, seed="one", **options):
    house = LoggedHouse(**options)
    raw = push(1, seed=seed, when=moment(house.clock.now()))
    assert house.knock(raw) == 202
    return house


def worked():
    house = house_with_a_push()
    house.run(minutes=2)
    return house


def with_fault(kind, *, minutes=3, **fault):
    def way():
        house = house_with_a_push()
        house.sandbox.faults.add(kind, match=POST, **fault)
        house.run(minutes=minutes)
        return house

    return way


def forged():
    house = LoggedHouse()
    assert [house.knock(b"{}", secret="a guess") for _ in range(5)] == [401] * 5
    return house


def unmapped():
    house = house_with_a_push(routing=dataclasses.replace(ROUTING, people=()))
    raw = push(1, seed="two", when=moment(house.clock.now())).replace(b"jane@acme", b"nobody@else")
    assert house.knock(raw, name="d2") == 202
    house.run(minutes=2)
    return house


def at_work_and_pushed_to():
    """A house that has asked Noko for people and projects, and has more work at its door."""
    house = worked()
    assert house.knock(push(1, seed="two", when=moment(house.clock.now())), name="d2") == 202
    return house


def unreachable():
    house = at_work_and_pushed_to()
    house.transport.unreachable = True
    house.run(minutes=25)
    return house


def long_uncertain():
    house = at_work_and_pushed_to()
    house.sandbox.faults.add("drop_before", match=POST)
    house.run(minutes=1)
    house.transport.unreachable = True
    house.run(minutes=45)
    return house


def different():
    house = LoggedHouse()
    house.stamp()
    take(delivery(draft(1)), ports=house.ports)
    house.run(minutes=2)
    user = next(user for user in house.sandbox.books.users() if user.email == "jane@acme.example")
    house.sandbox.books.log(
        date=dt.date(2026, 6, 30), minutes=30, user_id=user.id, source_url=draft(1).source_url, at=START
    )
    house.clock.advance(hours=13)
    house.run(minutes=5)
    return house


def late():
    house = LoggedHouse(
        routing=dataclasses.replace(ROUTING, approvals=(dataclasses.replace(WEEKLY, when="day 1 01:00"),))
    )
    house.tick()
    house.transport.unreachable = True
    house.clock.advance(hours=11)
    house.run(minutes=90)
    return house


def token_refused():
    house = at_work_and_pushed_to()
    house.sandbox.credentials.revoke()
    house.run(minutes=7)
    return house


WAYS = {
    "DeliveriesAccepted": worked,
    "SignaturesRefused": forged,
    "EntriesOpened": worked,
    "EntriesHeld": unmapped,
    "EntriesLogged": worked,
    "EntriesRefused": with_fault("status_before", status=422),
    "EntriesUncertain": with_fault("drop_after"),
    "AttemptsUnavailable": unreachable,
    "RateLimited": with_fault("throttled"),
    "SlotWait": worked,
    "OldestWaiting": unreachable,
    "OldestUncertain": long_uncertain,
    "NeedsAttention": with_fault("drop_before", minutes=70, times=4),
    "Differences": different,
    "ApprovalsMissed": late,
    "TokenRefused": token_refused,
}
