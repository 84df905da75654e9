"""Whatever becomes of single puts, pouring again ends with everything there once."""

import threading

import pytest
from fakes.table import MemoryTable
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import StoreUnavailable
from cli.archive.pouring import CHUNK, Present, pour

ITEMS = [{"PK": f"default#entry#{number}", "SK": "entry", "opened_at": number} for number in range(40)]
NOTHING = Present([])


class Unsteady(MemoryTable):
    """Fails some puts before or after they happened; repeats some, as boto3 does whose answer was lost."""

    def __init__(self, faults):
        super().__init__()
        self._faults = list(faults)
        self._lock = threading.Lock()

    def put(self, item, condition=None, values=None):
        with self._lock:
            fault = self._faults.pop() if self._faults else "none"
            if fault == "before":
                raise StoreUnavailable("refused")
            result = super().put(item, condition, values)
            if fault == "after":
                raise StoreUnavailable("lost")
            return super().put(item, condition, values) if fault == "twice" else result


@given(st.lists(st.sampled_from(["none", "before", "after", "twice"]), max_size=60))
def test_pouring_until_it_is_through_puts_each_item_once(faults):
    table = Unsteady(faults)
    for _ in range(len(faults) + 1):
        try:
            poured = pour(ITEMS, table, present=Present(table.scan()))
        except StoreUnavailable:
            continue
        break
    assert sorted(table.scan(), key=lambda item: item["opened_at"]) == ITEMS
    assert poured.unlike == []
    assert poured.put + poured.there == len(ITEMS)


def test_what_is_there_is_not_written_again():
    table = MemoryTable()
    pour(ITEMS, table, present=NOTHING)
    writes = []
    table.put = lambda *arguments: writes.append(arguments)
    poured = pour(ITEMS, table, present=Present(table.scan()))
    assert (poured.put, poured.there, writes) == (0, 40, [])


def test_what_came_between_the_look_and_the_put_is_left_and_told():
    table = MemoryTable()
    for number in (9, 5):
        table.put({**ITEMS[number], "opened_at": True if number == 9 else 99})
    poured = pour(ITEMS, table, present=NOTHING)
    assert poured.unlike == [("default#entry#5", "entry"), ("default#entry#9", "entry")]
    assert poured.since == 5
    assert table.get("default#entry#9", "entry")["opened_at"] is True


def test_one_and_true_are_not_the_same():
    table = MemoryTable()
    table.put({**ITEMS[1], "opened_at": True})
    assert pour(ITEMS[1:2], table, present=Present(table.scan())).unlike == [("default#entry#1", "entry")]


@pytest.mark.parametrize("count", [0, 1, CHUNK, CHUNK + 1])
def test_any_number_is_poured_reading_ahead_no_further_than_a_chunk(count):
    table, ahead = MemoryTable(), []

    def items():
        for number in range(count):
            ahead.append(number - len(table.items))
            yield {"PK": f"default#note#{number}", "SK": "note"}

    assert pour(items(), table, present=NOTHING).put == count == len(table.items)
    assert max(ahead, default=0) < CHUNK
