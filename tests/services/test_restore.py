"""After a restore, each work is in Noko once."""

import copy
import dataclasses

import pytest
from fakes.house import FakeHouse, draft
from fakes.table import MemoryTable
from hypothesis import given, settings
from hypothesis import strategies as st
from services.restore_house import POSTS, deliveries, each_once, entries_in_noko, entry, posts, restore

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.services import replay as person
from chalicelib.services.intake import take
from chalicelib.services.restore import begin, fill_gap

STRANGER = Author(email="stranger@elsewhere.example")


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
        self.stand_on(self.table)

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
