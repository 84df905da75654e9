"""Whether somebody else logs a repository's commits: asked for by its first delivery, looked at by the tick."""

import contextlib
import dataclasses
import datetime as dt

import pytest
from fakes.crash import Crash, Died
from fakes.house import FakeHouse, delivery, draft, sha

from chalicelib.domain.lifecycle import Status
from chalicelib.errors import NokoUnavailable, StoreUnavailable
from chalicelib.services import opening
from chalicelib.services.first_look import KIND, MOST_LOOKED_AT, look_first, others
from chalicelib.services.intake import take

SHOP = "acme/website"
DAY = dt.date(2026, 6, 30)
LISTS = "/entries?from="


def log(house, number, *, repository=SHOP, date=DAY):
    """Have somebody else log a commit."""
    user = next(u for u in house.sandbox.books.users() if u.email == "sam@acme.example")
    url = f"https://github.com/{repository}/commit/{sha(number)}"
    return house.sandbox.books.log(date=date, minutes=30, user_id=user.id, source_url=url).id


def push(house, number=1, **changes):
    take(delivery(draft(number, **changes), name=f"d{number}"), ports=house.ports)


def pushed(house, *, minutes=70):
    """Take a first delivery in, and let an hour and more go by."""
    push(house)
    house.run(minutes=3)
    house.clock.advance(minutes=minutes - 5)
    house.run(minutes=2)
    return house


def alarms(house):
    return [fields for name, fields in house.telemetry.alarms if name == "other_integration"]


def lists(house):
    return [each for each in house.transport.requests if LISTS in each.url]


def look(house, **more):
    look_first(ports=dataclasses.replace(house.ports, **more), deadline=house.clock.now() + 60_000)


def test_an_hour_after_the_first_delivery_what_others_log_is_an_alarm_with_its_number(house):
    log(house, 1)
    log(house, 900)
    pushed(house)
    assert alarms(house) == [{"repository": SHOP, "count": 2}]
    assert house.ledger.run(KIND, SHOP).finished_at is not None


def test_before_the_hour_is_over_nobody_looks(house):
    log(house, 1)
    push(house)
    house.run(minutes=55)
    assert (lists(house), alarms(house)) == ([], [])


def test_what_is_ours_is_no_alarm(house):
    pushed(house)
    assert len(lists(house)) == 1
    assert house.statuses() == {draft(1).key: "logged"}
    assert alarms(house) == []


def test_a_repository_is_looked_at_once(house):
    pushed(house)
    log(house, 900)
    push(house, 2)
    house.clock.advance(hours=2)
    house.run(minutes=3)
    assert len(lists(house)) == 1


def test_links_to_other_repositories_and_other_pages_do_not_count(house):
    log(house, 1, repository="acme/other")
    user = house.sandbox.books.users()[0]
    house.sandbox.books.log(date=DAY, minutes=5, user_id=user.id, source_url=f"https://github.com/{SHOP}/pull/1")
    house.sandbox.books.log(date=DAY, minutes=5, user_id=user.id)
    pushed(house)
    assert alarms(house) == []


def test_the_case_of_a_name_does_not_count(house):
    log(house, 900, repository="Acme/WebSite")
    pushed(house)
    assert alarms(house) == [{"repository": SHOP, "count": 1}]


def test_what_is_older_than_a_month_does_not_count(house):
    log(house, 900, date=DAY - dt.timedelta(days=32))
    pushed(house)
    assert alarms(house) == []


def test_an_entry_whose_own_attempt_is_in_doubt_may_be_ours(house):
    push(house)
    house.open_next()
    house.sandbox.faults.add("drop_after")
    house.post_next()
    assert house.ledger.entry(draft(1).key).status is Status.UNCERTAIN
    assert len(house.sandbox.books.entries()) == 1
    assert list(others(lambda _: True, ports=house.ports)) == []


def test_no_more_is_looked_up_than_a_sample_of_the_newest(house):
    for number in range(MOST_LOOKED_AT + 2):
        log(house, number, date=DAY - dt.timedelta(days=number % 31))
    looked_up = Crash()
    ports = dataclasses.replace(house.ports, ledger=looked_up.wrap(house.ledger, "holder_of"))
    (found,) = others(lambda _: True, ports=ports)
    assert (found.looked_at, found.count, found.newest) == (MOST_LOOKED_AT, MOST_LOOKED_AT, DAY)
    assert len(looked_up.calls) == MOST_LOOKED_AT


def test_the_time_that_is_left_bounds_the_list(house):
    for number in range(900, 903):
        log(house, number)
    assert list(others(lambda _: True, ports=house.ports, deadline=house.clock.now() + 14_000)) == []
    (found,) = others(lambda _: True, ports=house.ports, deadline=house.clock.now() + 60_000)
    assert found.count == 3


def test_a_delivery_without_work_and_a_name_that_is_none_ask_for_nothing(house):
    take(delivery(name="d1"), ports=house.ports)
    bad = dataclasses.replace(delivery(draft(1), name="d2"), repository="x" * 1000)
    take(bad, ports=house.ports)
    house.run(minutes=2)
    assert list(house.ledger.runs(KIND, since=0, until=2**60)) == []


def test_deliveries_after_the_first_cost_no_call(house):
    ledger = Crash()
    house.ports = dataclasses.replace(house.ports, ledger=ledger.wrap(house.ledger, "put_run"))
    for number in range(1, 4):
        push(house, number)
        house.open_next()
    assert ledger.calls == ["put_run"]


def test_a_repository_that_cannot_be_noted_is_opened_all_the_same_and_noted_the_next_time(house):
    def lost():
        raise StoreUnavailable("no answer")

    broken = Crash(0, "lost")
    house.ports = dataclasses.replace(house.ports, ledger=broken.wrap(house.ledger, "put_run", lose=lost))
    push(house, 1)
    house.open_next()
    assert house.ledger.delivery(delivery(name="d1").key).opened_at is not None
    push(house, 2)
    house.open_next()
    assert broken.calls == ["put_run", "put_run"]


def test_while_noko_is_away_or_not_to_be_asked_the_look_waits(house):
    log(house, 900)
    push(house)
    house.open_next()
    house.clock.advance(hours=2)
    house.throttle.pause("away", now=house.clock.now())
    look(house)
    assert lists(house) == []
    house.throttle.resume(now=house.clock.now())
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    look(house)
    assert (alarms(house), house.ledger.run(KIND, SHOP).finished_at) == ([], None)
    house.clock.advance(minutes=2)
    look(house)
    assert alarms(house) == [{"repository": SHOP, "count": 1}]


def test_a_definite_no_ends_the_look_with_an_alarm_of_its_own(house):
    push(house)
    house.open_next()
    house.clock.advance(hours=2)
    house.sandbox.faults.add("status_before", status=404, match=("GET", "/entries"))
    look(house)
    assert house.telemetry.alarms == [("first_look_failed", {"status": 404})]
    assert house.ledger.run(KIND, SHOP).finished_at is not None


def test_too_late_in_a_tick_nobody_looks(house):
    push(house)
    house.open_next()
    house.clock.advance(hours=2)
    look_first(ports=house.ports, deadline=house.clock.now() + 10_000)
    assert lists(house) == []


# Each call fails in each way


LEDGER = ("put_run", "runs", "swap_run", "holder_of", "entry")


def lost_at_the_store():
    raise StoreUnavailable("no answer")


def lost_at_noko():
    raise NokoUnavailable("no answer")


def doomed(house, crash):
    ledger = crash.wrap(house.ledger, *LEDGER, lose=lost_at_the_store)
    return {"ledger": ledger, "noko": crash.wrap(house.noko, "each_entry", lose=lost_at_noko)}


def asked_for():
    house = FakeHouse()
    log(house, 900)
    push(house)
    house.open_next()
    house.post_next()
    house.clock.advance(hours=2)
    return house


def calls_of_a_look():
    house, crash = asked_for(), Crash()
    look(house, **doomed(house, crash))
    return crash.calls


CALLS = calls_of_a_look()


def test_the_calls_of_a_look_are_known():
    looked_up = ["holder_of", "entry", "holder_of"]
    assert CALLS[:4] == ["runs", "put_run", "swap_run", "each_entry"]
    assert sorted(CALLS[4:-1]) == sorted(looked_up)
    assert CALLS[-1] == "swap_run"


@pytest.mark.parametrize("how", ["before", "after", "lost"])
@pytest.mark.parametrize("number", range(len(CALLS)))
def test_wherever_a_look_breaks_off_it_is_done_later_and_told(number, how):
    house = asked_for()
    with contextlib.suppress(Died, StoreUnavailable):
        look(house, **doomed(house, Crash(number, how)))
    house.run(minutes=5)
    assert house.ledger.run(KIND, SHOP).finished_at is not None
    assert {tuple(each.items()) for each in alarms(house)} == {(("repository", SHOP), ("count", 1))}
    assert 1 <= len(alarms(house)) <= 2
    assert house.statuses() == {draft(1).key: "logged"}


@pytest.mark.parametrize("how", ["before", "after"])
def test_dying_beside_the_note_at_the_opening_leaves_it_to_be_opened_again(house, how):
    push(house)
    ports = dataclasses.replace(house.ports, ledger=Crash(0, how).wrap(house.ledger, "put_run"))
    key = house.queue.receive_open()
    with pytest.raises(Died):
        opening.open_delivery(key, ports=ports, routing=house.routing, deadline=house.clock.now() + 300_000)
    house.run(minutes=5)
    assert house.ledger.run(KIND, SHOP) is not None
    assert house.statuses() == {draft(1).key: "logged"}
    assert len(house.sandbox.books.entries()) == 1
