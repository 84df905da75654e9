"""Lists: a page when it is wanted, a slot for each, all of them, and never more than one in memory."""

import json
import re
import tracemalloc
from itertools import pairwise

import pytest
from fakes.noko_account import Account, of_sandbox
from fakes.throttle import MemoryThrottle

from chalicelib.domain.throttle import Kind as SlotKind
from chalicelib.errors import NokoUnavailable, Paused, UserError
from chalicelib.exchange.message import Answer
from chalicelib.noko.filter import EntryFilter, TagFilterType
from devstack.sandbox import Kind
from devstack.sandbox.account import GEAR, JANE

PER_PAGE = re.compile(r"per_page=(\d+)")


@pytest.fixture
def account():
    return of_sandbox()


def fill(account, count):
    row = {"user_id": JANE.id, "date": account.today, "minutes": 5, "project_id": GEAR.id}
    return [entry.id for entry in account.sandbox.books.log_many([row] * count)]


def asked(account):
    return account.sandbox.journal.arrivals("GET")


def test_a_thousand_entries_come_in_one_page(account):
    ids = fill(account, 1_000)
    assert sorted(entry.id for entry in account.entries.list()) == ids
    assert len(asked(account)) == 1


def test_2500_entries_come_in_three_requests_each_with_a_slot_of_its_own(account):
    ids = fill(account, 2_500)
    assert sorted(entry.id for entry in account.entries.list()) == ids
    assert len(asked(account)) == 3
    slots = account.client._throttle.slots
    assert [kind for _, kind in slots] == [SlotKind.JOB] * 3
    assert all(later - earlier >= 1_002 for (earlier, _), (later, _) in pairwise(slots))


def test_nothing_is_asked_before_an_entry_is_wanted_and_no_page_before_its_first(account):
    fill(account, 5)
    entries = account.entries.list(per_page=2)
    assert len(asked(account)) == 0
    assert [len(asked(account)) for _ in entries] == [1, 1, 2, 2, 3]


def test_whoever_stops_early_asks_no_further(account):
    fill(account, 2_500)
    next(account.entries.list(per_page=10))
    assert len(asked(account)) == 1


def test_a_page_that_fails_ends_the_list_with_an_error_and_the_next_try_begins_anew(account):
    fill(account, 5)
    account.sandbox.faults.add(Kind.DROP_BEFORE, skip=1)
    seen, entries = [], account.entries.list(per_page=2)
    with pytest.raises(NokoUnavailable):
        seen.extend(entry.id for entry in entries)
    assert len(seen) == 2
    assert len(list(account.entries.list(per_page=2))) == 5


def test_a_pause_in_the_middle_ends_the_list(account):
    fill(account, 5)
    entries = account.entries.list(per_page=2)
    next(entries), next(entries)
    account.client._throttle.pause("away", now=account.clock.now())
    with pytest.raises(Paused):
        next(entries)


def test_a_wrong_filter_is_refused_at_once_and_nothing_is_asked(account):
    for wrong in (
        lambda: account.entries.list(EntryFilter(user_ids=(0,))),
        lambda: account.entries.list(per_page=1_001),
        lambda: account.users.list(per_page=0),
        lambda: account.tags.entries(0),
    ):
        with pytest.raises(UserError):
            wrong()
    assert asked(account) == []


def test_tags_are_combined_as_asked(account):
    both, one = account.log("#a #b"), account.log("#a")
    account.log("#c")
    ids = tuple(tag.id for tag in account.tags.list() if tag.name in {"a", "b"})
    every = account.entries.list(EntryFilter(tag_ids=ids))
    some = account.entries.list(EntryFilter(tag_ids=ids, tag_filter_type=TagFilterType.COMBINATION_OF))
    assert [entry.id for entry in every] == [both.id]
    assert {entry.id for entry in some} == {both.id, one.id}


def test_a_list_that_moves_shows_what_noko_shows_and_the_reader_copes(account):
    ids = fill(account, 4)
    entries = account.entries.list(per_page=2)
    first = [next(entries).id, next(entries).id]
    account.entries.delete(first[0])
    rest = [entry.id for entry in entries]
    assert set(first + rest) <= set(ids)


class Endless:
    """A server whose pages are made when they are asked for."""

    def __init__(self, pages):
        self._pages = pages
        self._sent = 0

    def send(self, request, _guard):
        self._sent += 1
        size = int(PER_PAGE.search(request.url)[1])
        first = self._sent * size
        items = [
            {"id": first + n, "date": "2026-06-30", "minutes": 5, "user": {"id": 1}, "description": "x" * 100}
            for n in range(size)
        ]
        link = f'<{request.url}&page={self._sent + 1}>; rel="next"' if self._sent < self._pages else ""
        return Answer(200, {"link": link}, json.dumps(items).encode())


def peak_of(pages, account):
    account.client._transport = Endless(pages)
    account.client._throttle = MemoryThrottle()
    tracemalloc.start()
    try:
        count = sum(1 for _ in Account(account.client, account.clock).entries.list(per_page=200))
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_list(account):
    peak_of(2, account)  # builds the models
    (few, little), (many, much) = peak_of(3, account), peak_of(30, account)
    assert (few, many) == (600, 6_000)
    assert much < little * 1.25, (little, much)
