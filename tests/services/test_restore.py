"""The drill: the table is put back to an earlier time while messages fly about, and Noko holds each work once."""

import copy
import dataclasses
import datetime as dt
from collections import Counter

import pytest
from fakes.house import FakeHouse, delivery, draft, sha
from fakes.table import MemoryTable
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.entry import Author, form_source_url
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import AuthenticationError, NokoUnavailable, Paused, UserError
from chalicelib.noko.client import NokoClient
from chalicelib.services import replay as person
from chalicelib.services.intake import take
from chalicelib.services.restore import begin, fill_gap
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle

STRANGER = Author(email="stranger@elsewhere.example")
POSTS = ("POST", "/entries")


def deliveries(numbers, name, **changes):
    return delivery(*(draft(n, **changes) for n in numbers), name=name)


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def entries_in_noko(house):
    return Counter(each.source_url for each in house.sandbox.books.entries())


def each_once(house, numbers):
    return entries_in_noko(house) == Counter(draft(n).source_url for n in numbers)


def posts(house):
    return [request for request in house.transport.requests if request.method == "POST"]


def restore(house, instant):
    begin(instant, ports=house.ports)
    return sorted((str(each.what), each.key) for each in fill_gap(ports=house.ports))


def log(house, url, *, who="jane@acme.example"):
    user = next(u for u in house.sandbox.books.users() if u.email == who)
    return house.sandbox.books.log(date=dt.date(2026, 6, 30), minutes=45, user_id=user.id, source_url=url).id


def lose(house, number=1, *, status=Status.QUEUED, **changes):
    """Put an entry of a commit that went on to be posted in a past that the table has lost."""
    take(deliveries([number], f"d{number}"), ports=house.ports)
    house.open_next()
    now = entry(house, number)
    due_at = now.due_at if status in {Status.QUEUED, Status.HELD, Status.UNCERTAIN} else None
    then = dataclasses.replace(now, status=status, due_at=due_at, stamp="then", **changes)
    house.ledger.swap(now, then)
    return then


# The drill


def drill(house):
    """An hour of work, of which the table then knows nothing; return what was delivered, and the instant."""
    past = [
        deliveries([1, 2], "logged before"),
        deliveries([3, 4], "queued then"),
        deliveries([5], "held then", author=STRANGER),
        deliveries([6], "uncertain then"),
    ]
    take(past[0], ports=house.ports)
    house.run(minutes=2)
    house.sandbox.faults.add("drop_after", match=POSTS)
    take(past[3], ports=house.ports)
    house.open_next()
    house.post_next()
    for each in past[1:3]:
        take(each, ports=house.ports)
        house.open_next()
    assert [str(entry(house, n).status) for n in range(3, 7)] == ["queued", "queued", "held", "uncertain"]
    messages = copy.deepcopy(house.queue.post)
    instant, snapshot = house.clock.now(), house.snapshot()

    future = [deliveries([7, 8], "new and posted"), deliveries([9], "new and held", author=STRANGER)]
    for each in future:
        take(each, ports=house.ports)
    house.run(minutes=10)
    person.route(draft(5).key, project="Gear GmbH", person="sam@acme.example", ports=house.ports, routing=house.routing)
    person.route(draft(9).key, project="Gear GmbH", person="sam@acme.example", ports=house.ports, routing=house.routing)
    house.run(minutes=10)
    assert each_once(house, range(1, 10))
    lost = deliveries([10, 11], "new and never posted")
    take(lost, ports=house.ports)
    house.open_next()

    house.put_back(snapshot)
    house.queue.post.extend(messages)
    house.queue.send_entries([draft(n).key for n in range(1, 12)])
    for each in (*past, *future, lost):
        house.queue.send_delivery(each.key)
    return [*past, *future, lost], instant


def redeliver(house, delivered):
    for each in delivered:
        take(each, ports=house.ports)
        take(dataclasses.replace(each, key=f"{each.key}:again"), ports=house.ports)


def test_without_restore_mode_the_drill_doubles_work(house):
    delivered, _ = drill(house)
    redeliver(house, delivered)
    house.run(minutes=20)
    assert max(entries_in_noko(house).values()) == 2


def test_after_a_restore_noko_holds_each_work_exactly_once(house):
    delivered, instant = drill(house)
    before = len(posts(house))
    begin(instant, ports=house.ports)
    house.run(minutes=10)
    assert len(posts(house)) == before, "nothing is posted while the gap is open"
    found = {(str(each.what), each.key) for each in fill_gap(ports=house.ports)}
    assert found == {
        *(("logged", draft(n).key) for n in (3, 4, 5)),
        *(("put", draft(n).key) for n in (7, 8, 9)),
    }
    redeliver(house, delivered)
    house.run(minutes=20)
    assert each_once(house, range(1, 12))
    assert set(house.statuses().values()) == {"logged"}


class TableHouse(FakeHouse):
    """The house over the real adapters: everything that is put back lies in one table."""

    def __init__(self):
        super().__init__()
        self.table = MemoryTable()
        self.ledger = TableLedger(self.table, account="default")
        self.throttle = TableThrottle(self.table, account="default", interval_ms=self.intervals.throttle_ms)
        self.noko = NokoClient(
            base_url=self.sandbox.base_url,
            allowed_hosts=frozenset(),
            transport=self.transport,
            throttle=self.throttle,
            clock=self.clock,
            secrets=self.secrets,
            telemetry=self.telemetry,
        )
        self.ports = dataclasses.replace(self.ports, ledger=self.ledger, throttle=self.throttle, noko=self.noko)

    def snapshot(self):
        return copy.deepcopy(self.table.items)

    def put_back(self, snapshot):
        self.table.items = copy.deepcopy(snapshot)

    def statuses(self):
        return {entry.key: str(entry.status) for entry in self.ledger.entries(since=0, until=2**45)}


def test_the_drill_over_one_table_and_the_real_adapters():
    house = TableHouse()
    delivered, instant = drill(house)
    begin(instant, ports=house.ports)
    house.run(minutes=5)
    assert len(fill_gap(ports=house.ports)) == 6
    redeliver(house, delivered)
    house.run(minutes=20)
    assert each_once(house, range(1, 12))
    assert set(house.statuses().values()) == {"logged"}


def test_the_redeliveries_may_come_before_the_gap_is_filled(house):
    delivered, instant = drill(house)
    begin(instant, ports=house.ports)
    redeliver(house, delivered)
    house.run(minutes=5)
    fill_gap(ports=house.ports)
    house.run(minutes=20)
    assert each_once(house, range(1, 12))
    assert set(house.statuses().values()) <= {"logged", "needs_attention"}


class Fragile:
    """Ports that die before or after their nth call, counted over all of them."""

    def __init__(self, house, dies_at, *, after):
        self.calls = 0
        self._dies_at = dies_at
        self._after = after
        names = ("ledger", "throttle", "noko")
        self.ports = dataclasses.replace(
            house.ports, **{name: _Wrapped(getattr(house.ports, name), self) for name in names}
        )

    def count(self, call):
        self.calls += 1
        dies = self.calls == self._dies_at
        if dies and not self._after:
            raise KeyboardInterrupt
        answer = call()
        if dies:
            raise KeyboardInterrupt
        return answer


class _Wrapped:
    def __init__(self, port, fragile):
        self._port = port
        self._fragile = fragile

    def __getattr__(self, name):
        method = getattr(self._port, name)
        return lambda *args, **kwargs: self._fragile.count(lambda: method(*args, **kwargs))


def calls_of_a_restore():
    house = FakeHouse()
    _, instant = drill(house)
    fragile = Fragile(house, None, after=False)
    _begin_and_fill(instant, fragile.ports)
    return fragile.calls


def _begin_and_fill(instant, ports):
    begin(instant, ports=ports)
    fill_gap(ports=ports)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_and_a_second_run_are_harmless(after):
    for number in range(1, calls_of_a_restore() + 1):
        house = FakeHouse()
        delivered, instant = drill(house)
        fragile = Fragile(house, number, after=after)
        with pytest.raises(KeyboardInterrupt):
            _begin_and_fill(instant, fragile.ports)
        if house.throttle.bucket.restored_to is not None:
            house.run(minutes=2)
        assert each_once(house, range(1, 10)), f"after call {number}"
        restore(house, instant)
        redeliver(house, delivered)
        house.run(minutes=20)
        assert each_once(house, range(1, 12)), f"after call {number}"
        assert set(house.statuses().values()) == {"logged"}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whenever_the_table_is_put_back_to_and_whenever_it_happens(data):
    house = FakeHouse()
    numbers = range(1, 13)
    delivered = [deliveries([n, n + 1, n + 2], f"d{n}") for n in numbers[::3]]
    waits = data.draw(st.lists(st.integers(0, 4), min_size=4, max_size=4), label="minutes between deliveries")
    faults = st.sampled_from(["drop_after", "drop_before", "forbidden", "late", "throttled"])
    moments = [(house.clock.now(), house.snapshot())]
    for each, minutes in zip(delivered, waits, strict=True):
        kind = data.draw(faults, label="fault")
        house.sandbox.faults.add(kind, match=POSTS, skip=1, **({"ms": 40_000} if kind == "late" else {}))
        take(each, ports=house.ports)
        for _ in range(data.draw(st.integers(0, 4), label="steps")):
            house.open_next() or house.post_next()
            moments.append((house.clock.now(), house.snapshot()))
        house.run(minutes=minutes)
        moments.append((house.clock.now(), house.snapshot()))
    instant, snapshot = data.draw(st.sampled_from(moments), label="moment")
    house.put_back(snapshot)
    house.queue.send_entries([draft(n).key for n in numbers])
    restore(house, instant)
    for each in delivered:
        take(dataclasses.replace(each, key=f"{each.key}:again"), ports=house.ports)
    house.run(minutes=15)
    house.sandbox.faults.clear()
    for number in numbers:
        if entry(house, number).status is Status.REFUSED:
            person.replay(draft(number).key, anyway=False, ports=house.ports, routing=house.routing)
    house.run(minutes=15)
    assert each_once(house, numbers)


# The mode


def test_the_mode_lasts_while_noko_answers_probes(house):
    begin(house.clock.now(), ports=house.ports)
    take(deliveries([1], "d1"), ports=house.ports)
    house.run(minutes=30)
    assert entry(house).status is Status.QUEUED
    assert posts(house) == []
    told = [name for name, _ in house.telemetry.events]
    assert told.count("post_paused") == 1, "no messages are sent to be dropped"


def test_what_waited_is_posted_within_two_minutes_of_the_end(house):
    begin(house.clock.now(), ports=house.ports)
    take(deliveries([1], "d1"), ports=house.ports)
    house.run(minutes=10)
    fill_gap(ports=house.ports)
    house.run(minutes=2)
    assert entry(house).status is Status.LOGGED


def test_nothing_is_looked_up_before_what_was_sent_can_have_arrived(house):
    quiet = begin(house.clock.now(), ports=house.ports)
    began = house.clock.now()
    fill_gap(ports=house.ports)
    looks = [call.at for call in house.sandbox.journal.arrivals("GET", "/entries")]
    intervals = house.intervals
    assert quiet >= began + intervals.lease_ms + intervals.settle_ms
    assert looks[0] >= quiet
    assert looks[1] - looks[0] >= intervals.second_look_ms
    assert len(looks) == 2


def test_a_post_of_a_worker_that_ran_until_a_moment_ago_is_found(house):
    lost = lose(house)
    house.sandbox.faults.add("late", match=POSTS, ms=60_000)
    snapshot, instant = house.snapshot(), house.clock.now()
    house.post_next()
    house.put_back(snapshot)
    house.sandbox.faults.clear()
    begin(instant, ports=house.ports)
    for _ in range(6):
        house.clock.advance(seconds=30)
        house.sandbox.run_due(house.clock.now())
    fill_gap(ports=house.ports)
    house.run(minutes=5)
    assert entries_in_noko(house) == {lost.draft.source_url: 1}


def test_a_list_that_is_behind_at_the_first_look_is_caught_up_with_at_the_second(house):
    lost = lose(house)
    begin(house.clock.now(), ports=house.ports)
    house.clock.advance(minutes=5)
    log(house, lost.draft.source_url)
    house.sandbox.faults.add("stale", ms=20_000, match=("GET", "/entries"), times=1)
    fill_gap(ports=house.ports)
    assert entry(house).status is Status.LOGGED


def test_an_instant_that_is_yet_to_come_is_refused(house):
    with pytest.raises(UserError, match="yet to come"):
        begin(house.clock.now() + 1, ports=house.ports)
    assert house.throttle.state().restored_to is None


def test_without_the_mode_there_is_no_gap_to_fill(house):
    with pytest.raises(UserError, match="not in restore mode"):
        fill_gap(ports=house.ports)


def test_a_restore_on_a_healthy_ledger_finds_nothing(house):
    take(deliveries([1, 2], "d1"), ports=house.ports)
    house.run(minutes=2)
    before = [entry(house, n) for n in (1, 2)]
    assert restore(house, house.clock.now() - 60_000) == []
    assert [entry(house, n) for n in (1, 2)] == before


@pytest.mark.parametrize(("fault", "error"), [("not_json", NokoUnavailable), ("unauthorized", AuthenticationError)])
def test_when_noko_does_not_answer_the_mode_stays_on(house, fault, error):
    lost = lose(house)
    log(house, lost.draft.source_url)
    house.sandbox.faults.add(fault, skip=1, match=("GET", "/entries"))
    begin(house.clock.now(), ports=house.ports)
    with pytest.raises(error):
        fill_gap(ports=house.ports)
    house.run(minutes=5)
    assert posts(house) == []
    assert restore(house, house.clock.now()) == [("logged", lost.key)]


def test_a_pause_as_old_as_the_table_is_ended_by_a_probe(house):
    house.throttle.pause("away then", now=house.clock.now())
    begin(house.clock.now(), ports=house.ports)
    fill_gap(ports=house.ports)
    assert not house.throttle.state().is_closed


def test_while_noko_is_away_the_gap_stays_open(house):
    house.throttle.pause("away", now=house.clock.now())
    house.transport.unreachable = True
    begin(house.clock.now(), ports=house.ports)
    with pytest.raises(Paused):
        fill_gap(ports=house.ports)
    assert house.throttle.state().restored_to is not None


def test_a_restore_to_an_earlier_instant_meanwhile_keeps_the_mode_on(house):
    begin(house.clock.now(), ports=house.ports)
    listing = house.noko.entries

    def meanwhile(**query):
        begin(house.clock.now() - 3_600_000, ports=house.ports)
        return listing(**query)

    house.noko.entries = meanwhile
    with pytest.raises(UserError, match="earlier instant"):
        fill_gap(ports=house.ports)
    assert house.throttle.state().restored_to is not None


# What is found


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD, Status.REFUSED, Status.SKIPPED, Status.NEEDS_ATTENTION])
def test_what_waits_in_the_ledger_and_is_in_noko_once_is_logged(house, status):
    lost = lose(house, status=status)
    noko_id = log(house, lost.draft.source_url)
    assert restore(house, house.clock.now()) == [("logged", lost.key)]
    assert (entry(house).status, entry(house).noko_id, entry(house).logged_minutes) == (Status.LOGGED, noko_id, 45)
    assert "restored" in entry(house).reason
    assert house.ledger.holder_of(noko_id) == lost.key


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD, Status.REFUSED, Status.SKIPPED])
def test_what_is_in_noko_more_than_once_needs_a_person(house, status):
    lost = lose(house, status=status, route=None if status is Status.HELD else lost_route())
    ids = [log(house, lost.draft.source_url) for _ in range(2)]
    restore(house, house.clock.now())
    assert entry(house).status is Status.NEEDS_ATTENTION
    assert all(str(noko_id) in entry(house).reason for noko_id in ids)
    assert house.telemetry.alarms[-1][0] == "restore_difference"
    house.run(minutes=5)
    assert entry(house).status is Status.NEEDS_ATTENTION
    person.resolve_as(lost.key, noko_id=ids[0], ports=house.ports)
    assert entry(house).status is Status.LOGGED


def lost_route():
    house = FakeHouse()
    return lose(house).route


def test_what_has_no_route_and_is_in_noko_twice_cannot_be_posted_again(house):
    lost = lose(house, status=Status.HELD, route=None)
    for _ in range(2):
        log(house, lost.draft.source_url)
    restore(house, house.clock.now())
    with pytest.raises(UserError, match="no route"):
        person.resolve_again(lost.key, ports=house.ports, routing=house.routing)


def test_work_that_somebody_gave_to_another_person_is_not_posted_again(house):
    lost = lose(house)
    log(house, lost.draft.source_url, who="sam@acme.example")
    assert restore(house, house.clock.now()) == [("needs_attention", lost.key)]
    assert "another person" in entry(house).reason


def test_of_two_persons_the_right_one_is_found(house):
    lost = lose(house)
    log(house, lost.draft.source_url, who="sam@acme.example")
    hers = log(house, lost.draft.source_url)
    assert restore(house, house.clock.now()) == [("logged", lost.key)]
    assert entry(house).noko_id == hers


def test_what_was_routed_anew_before_it_was_posted_is_found_under_anybody(house):
    lost = lose(house, status=Status.REFUSED)
    log(house, lost.draft.source_url, who="sam@acme.example")
    assert restore(house, house.clock.now()) == [("logged", lost.key)]


def test_an_entry_in_doubt_is_left_to_reconciling(house):
    house.sandbox.faults.add("drop_after", match=POSTS)
    take(deliveries([1], "d1"), ports=house.ports)
    house.open_next()
    house.post_next()
    assert restore(house, house.clock.now()) == []
    assert entry(house).status is Status.UNCERTAIN
    house.run(minutes=5)
    assert entry(house).status is Status.LOGGED
    assert each_once(house, [1])


def test_a_doubt_is_not_looked_into_while_old_workers_may_still_be_heard_of(house):
    house.sandbox.faults.add("drop_before", match=POSTS)
    take(deliveries([1], "d1"), ports=house.ports)
    house.open_next()
    house.post_next()
    begin(house.clock.now(), ports=house.ports)
    house.run(minutes=10)
    assert (entry(house).status, entry(house).absent_at) == (Status.UNCERTAIN, None)
    fill_gap(ports=house.ports)
    house.run(minutes=5)
    assert each_once(house, [1])


def test_what_the_ledger_never_heard_of_is_put_so_that_its_redelivery_creates_nothing(house):
    noko_id = log(house, draft(1).source_url)
    assert restore(house, house.clock.now()) == [("put", draft(1).key)]
    put = entry(house)
    assert (put.status, put.noko_id, put.draft.minutes, put.draft.repository) == ("logged", noko_id, 45, "acme/website")
    take(deliveries([1], "d1"), ports=house.ports)
    house.run(minutes=5)
    assert each_once(house, [1])
    assert restore(house, house.clock.now()) == []


def test_of_two_that_the_ledger_never_heard_of_the_older_is_put_and_the_other_told(house):
    first = log(house, draft(1).source_url)
    log(house, draft(1).source_url)
    assert restore(house, house.clock.now()) == [("doubled", draft(1).key), ("put", draft(1).key)]
    assert entry(house).noko_id == first


def test_what_another_key_holds_is_left_alone(house):
    lost = lose(house)
    house.ledger.take_noko_id(log(house, lost.draft.source_url), "form:timesheet:1")
    assert restore(house, house.clock.now()) == []
    assert entry(house).status is Status.QUEUED


def test_what_changed_in_noko_long_before_is_not_looked_at(house):
    log(house, draft(1).source_url)
    house.clock.advance(hours=3)
    assert restore(house, house.clock.now()) == []


def test_work_of_a_form_is_found_by_its_link_or_told_of(house):
    key = "form:timesheet:7"
    url = form_source_url("https://forms.example/7", key)
    lost = lose(house)
    house.ledger.put_entry(
        dataclasses.replace(lost, key=key, draft=dataclasses.replace(lost.draft, key=key, source_url=url))
    )
    log(house, url)
    unclaimed = log(house, "https://forms.example/8#th-0123abcd")
    log(house, "https://x.example/whatever")
    begin(house.clock.now(), ports=house.ports)
    found = {(str(each.what), each.key, each.noko_id) for each in fill_gap(ports=house.ports)}
    assert found == {("logged", key, house.ledger.entry(key).noko_id), ("unclaimed", None, unclaimed)}


def test_an_entry_that_moves_meanwhile_is_read_again(house):
    lost = lose(house, status=Status.HELD)
    log(house, lost.draft.source_url)
    take_id = house.ledger.take_noko_id

    def meanwhile(noko_id, key):
        house.ledger.take_noko_id = take_id
        person.replay(key, anyway=False, ports=house.ports, routing=house.routing)
        return take_id(noko_id, key)

    house.ledger.take_noko_id = meanwhile
    assert restore(house, house.clock.now()) == [("logged", lost.key)]
    assert entry(house).status is Status.LOGGED


def test_an_entry_that_is_opened_meanwhile_is_the_one_that_is_logged(house):
    log(house, draft(1).source_url)
    put = house.ledger.put_entry

    def meanwhile(new):
        house.ledger.put_entry = put
        take(deliveries([1], "d1"), ports=house.ports)
        house.open_next()
        return put(new)

    house.ledger.put_entry = meanwhile
    assert restore(house, house.clock.now()) == [("logged", draft(1).key)]
    assert entry(house).delivery.startswith("github:")


def test_nothing_that_is_told_to_operators_holds_texts_or_addresses(house):
    lost = lose(house)
    log(house, lost.draft.source_url)
    log(house, f"https://github.com/acme/website/commit/{sha(2)}")
    restore(house, house.clock.now())
    told = repr(house.telemetry.events + house.telemetry.alarms)
    assert "Work" not in told
    assert "jane@" not in told
