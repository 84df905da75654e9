"""The drill on one machine: an old copy is put in the place of the store, and everything is delivered again."""

import dataclasses
import shutil
from collections import Counter
from contextlib import closing

import pytest
from fakes.house import FakeHouse, delivery, draft

from chalicelib.services.intake import take
from chalicelib.services.restore import begin, fill_gap
from standalone.database import Database
from standalone.snapshot import copy
from standalone.table import SqliteTable


class FileHouse(FakeHouse):
    """The house over a file, which can be exchanged while nothing runs."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.database = None
        self.open()

    def open(self):
        self.database = Database(self.path)
        self.stand_on(SqliteTable(self.database))

    def put_in_place(self, backup):
        self.database.close()
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink()
        shutil.copy(backup, self.path)
        self.open()

    def close(self):
        self.database.close()

    def statuses(self):
        return {entry.key: str(entry.status) for entry in self.ledger.entries(since=0, until=2**45)}

    def in_noko(self):
        return Counter(entry.source_url for entry in self.sandbox.books.entries())


@pytest.fixture
def house(tmp_path):
    house = FileHouse(tmp_path / "store.db")
    with closing(house):
        yield house


def work(house, numbers, *, minutes=5):
    delivered = [delivery(draft(number), name=f"d{number}") for number in numbers]
    for each in delivered:
        take(each, ports=house.ports)
    house.run(minutes=minutes)
    return delivered


@pytest.fixture
def drilled(house, tmp_path):
    """Ten entries, a copy, ten more, and two that wait; then the copy in place. Return what was delivered."""
    backup = tmp_path / "backup.db"
    delivered = work(house, range(1, 11))
    waiting = [delivery(draft(number), name=f"d{number}") for number in (21, 22)]
    for each in waiting:
        take(each, ports=house.ports)
    backup.touch()
    copy(house.database, backup, now=house.clock.now())
    house.run(minutes=5)
    delivered += work(house, range(11, 21))
    house.put_in_place(backup)
    return [*delivered, *waiting]


def redeliver(house, delivered):
    for each in delivered:
        take(each, ports=house.ports)
        take(dataclasses.replace(each, key=f"{each.key}:again"), ports=house.ports)


def test_a_copy_in_place_posts_nothing_before_noko_was_asked(house, drilled):
    assert sum(house.in_noko().values()) == 22
    redeliver(house, drilled)
    house.run(minutes=60)
    assert sum(house.in_noko().values()) == 22
    assert house.throttle.state().restored_to is not None


def test_after_that_everything_delivered_again_creates_nothing(house, drilled):
    restored_to = house.throttle.state().restored_to
    house.clock.advance(ms=86_400_000)  # the copy is old: its own mark says nothing of when posting stopped
    began = house.clock.now()
    quiet = begin(restored_to, ports=house.ports)
    assert quiet > began
    fill_gap(ports=house.ports)
    redeliver(house, drilled)
    house.run(minutes=30)
    assert house.in_noko() == Counter({each.drafts[0].source_url: 1 for each in drilled})
    assert set(house.statuses().values()) == {"logged"}


def test_a_copy_of_the_bare_file_would_have_doubled_work(house, drilled):
    house.throttle.leave_restore(house.throttle.state().restored_to, now=house.clock.now())
    redeliver(house, drilled)
    house.run(minutes=30)
    assert max(house.in_noko().values()) == 2
