import datetime as dt

import pytest
from fakes.house import delivery, draft

from chalicelib.domain.lifecycle import Status
from chalicelib.errors import NokoUnavailable
from chalicelib.services.intake import take
from chalicelib.services.reconcile import reconcile

POST = ("POST", "/entries")
LISTS = ("GET", "/entries")


def doubtful(house, *numbers, kind="drop_after"):
    house.sandbox.faults.add(kind, times=len(numbers), match=POST)
    take(delivery(*(draft(n) for n in numbers)), ports=house.ports)
    house.open_next()
    while house.post_next():
        pass
    return [house.ledger.entry(draft(n).key) for n in numbers]


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def lists(house):
    return house.sandbox.journal.arrivals("GET", "/entries")


def test_nobody_looks_before_the_quiet_period_is_over(house):
    (doubt,) = doubtful(house, 1)
    assert doubt.due_at == doubt.lease_until + house.intervals.settle_ms
    house.clock.advance(ms=doubt.due_at - house.clock.now() - 1_000)
    house.tick()
    assert lists(house) == []
    house.clock.advance(ms=2_000)
    house.tick()
    assert len(lists(house)) == 1


def test_all_open_doubts_share_one_list_request(house):
    doubtful(house, 1, 2, 3, 4)
    house.run(minutes=4)
    assert len(lists(house)) == 1
    assert set(house.statuses().values()) == {"logged"}


def test_a_match_needs_no_equal_minutes_or_text(house):
    doubtful(house, 1)
    (held,) = house.sandbox.books.entries()
    house.sandbox.books.edit(held.id, description="what a person made of it", minutes=7)
    house.run(minutes=4)
    assert entry(house).noko_id == held.id


def test_an_entry_of_somebody_else_with_the_same_url_is_no_match(house):
    doubtful(house, 1, kind="drop_before")
    books = house.sandbox.books
    sam = next(u for u in books.users() if u.email.startswith("sam"))
    books.log(date=dt.date(2026, 6, 30), minutes=45, user_id=sam.id, source_url=draft(1).source_url)
    house.run(minutes=8)
    assert entry(house).status is Status.LOGGED
    assert len([e for e in books.entries() if e.source_url == draft(1).source_url]) == 2


def test_an_entry_that_another_key_holds_is_no_match(house):
    doubtful(house, 1)
    (held,) = house.sandbox.books.entries()
    house.ledger.take_noko_id(held.id, "form:timesheet:1")
    house.run(minutes=8)
    assert entry(house).noko_id != held.id
    assert entry(house).status is Status.LOGGED


def test_two_matches_need_a_person(house):
    doubtful(house, 1)
    (held,) = house.sandbox.books.entries()
    house.sandbox.books.log(
        date=held.date, minutes=45, user_id=held.user_id, source_url=held.source_url, project_id=held.project_id
    )
    house.run(minutes=4)
    assert entry(house).status is Status.NEEDS_ATTENTION
    assert "more than once" in entry(house).reason


def test_one_look_in_vain_is_not_enough(house):
    """The list is stale at the first look: the entry is there, and not shown."""
    doubtful(house, 1)
    house.sandbox.faults.add("stale", ms=600_000, match=LISTS)
    house.run(minutes=8)
    assert len(lists(house)) == 2
    assert len(house.sandbox.books.entries()) == 1
    assert entry(house).status is Status.LOGGED


def test_the_two_looks_are_apart(house):
    doubtful(house, 1, kind="drop_before")
    house.run(minutes=4)
    first = entry(house).absent_at
    assert first is None or entry(house).due_at - first >= house.intervals.second_look_ms


def test_a_list_that_fails_concludes_nothing(house):
    doubtful(house, 1)
    house.sandbox.faults.add("not_json", match=LISTS)
    house.run(minutes=6)
    assert len(house.sandbox.books.entries()) == 1
    assert entry(house).status is Status.LOGGED


def test_a_broken_second_page_concludes_nothing(house):
    (doubt,) = doubtful(house, 1)
    for number in range(1001):
        user, when = doubt.route.user_id, dt.date(2026, 6, 30)
        house.sandbox.books.log(date=when, minutes=1, user_id=user, source_url=f"https://x.example/{number}")
    house.clock.advance(minutes=5)
    house.sandbox.faults.add("not_json", skip=1, match=LISTS)
    with pytest.raises(NokoUnavailable):
        reconcile([entry(house)], ports=house.ports)
    assert entry(house).absent_at is None


def test_an_entry_beyond_the_first_page_is_found(house):
    (doubt,) = doubtful(house, 1)
    for number in range(1001):
        user, when = doubt.route.user_id, dt.date(2026, 6, 30)
        house.sandbox.books.log(date=when, minutes=1, user_id=user, source_url=f"https://x.example/{number}")
    house.run(minutes=5)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1002


def test_a_worker_that_never_came_back_leaves_a_doubt_with_its_attempt(house):
    take(delivery(draft(1)), ports=house.ports)
    house.open_next()
    crash = house.transport.send

    def killed(request, guard):
        if request.method == "POST":
            crash(request, guard)
            raise KeyboardInterrupt
        return crash(request, guard)

    house.transport.send = killed
    with pytest.raises(KeyboardInterrupt):
        house.post_next()
    house.transport.send = crash
    assert entry(house).status is Status.POSTING
    house.run(minutes=8)
    assert entry(house).status is Status.LOGGED
    assert [a.outcome for a in house.ledger.attempts(draft(1).key)] == ["lost"]
    assert len(house.sandbox.books.entries()) == 1


def test_an_entry_that_a_person_deleted_is_not_made_again_by_a_redelivery(house):
    take(delivery(draft(1)), ports=house.ports)
    house.run(minutes=1)
    house.sandbox.books.delete(entry(house).noko_id)
    take(delivery(draft(1), name="again"), ports=house.ports)
    house.run(minutes=10)
    assert house.sandbox.books.entries() == []
