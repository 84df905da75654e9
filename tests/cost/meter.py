"""Count what is asked of AWS, by who asks, and what DynamoDB bills for it.

Units as AWS defines them (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html):
a write unit for each KB of the larger of the item before and after, a failed condition included; for each index whose
entry appears, changes or goes, a unit more for each KB of that entry, two if its key changes. A strong read is a unit
for each 4 KB, one that may lag half of one.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from fakes.table import INDEXES, PROJECTED, MemoryTable

from chalicelib.ports.table import Lost


@dataclass
class Bill:
    """What one caller asked for."""

    calls: Counter = field(default_factory=Counter)
    read_units: float = 0
    write_units: int = 0


class Meter:
    """A bill for each caller; `caller` says who that is at the moment."""

    def __init__(self, caller):
        self._caller = caller
        self.bills = defaultdict(Bill)

    def clear(self):
        """Begin anew."""
        for bill in self.bills.values():
            bill.calls.clear()
            bill.read_units = bill.write_units = 0

    def note(self, name, *, reads=0.0, writes=0):
        bill = self.bills[self._caller()]
        bill.calls[name] += 1
        bill.read_units += reads
        bill.write_units += writes


class MeteredTable(MemoryTable):
    def __init__(self, meter):
        super().__init__()
        self._meter = meter

    def get(self, pk, sk):
        item = super().get(pk, sk)
        self._meter.note(f"get {_kind(sk)}", reads=max(1, math.ceil(size(item or {}) / 4096)))
        return item

    def put(self, item, condition=None, values=None):
        before = dict(self.items.get((item["PK"], item["SK"]), {}))
        lost = super().put(item, condition, values)
        self._written(f"put {_name(item)}", before, item["PK"], item["SK"], lost)
        return lost

    def update(self, pk, sk, change, *, condition=None, values=None):
        before = dict(self.items.get((pk, sk), {}))
        result = super().update(pk, sk, change, condition=condition, values=values)
        name = f"update {_kind(sk)}: {change.split(' = ')[0].replace('#', '')}"
        self._written(name, before, pk, sk, result if isinstance(result, Lost) else None)
        return result

    def query(self, condition, values, *, index=None, limit=None):
        items = list(super().query(condition, values, index=index, limit=limit))
        read = max(1, math.ceil(sum(size(item) for item in items) / 4096))
        self._meter.note(f"query {index or 'table'}", reads=read / 2 if index else read)
        return iter(items)

    def _written(self, name, before, pk, sk, lost):
        after = before if lost is not None else self.items[pk, sk]
        units = max(1, math.ceil(max(size(before), size(after)) / 1024))
        if lost is None:
            units += sum(_index_units(index, before, after) for index in INDEXES if index)
        self._meter.note(name if lost is None else f"{name}, in vain", writes=units)


def _index_units(index, before, after):
    old, new = (_entry(index, item) for item in (before, after))
    if old == new:
        return 0
    keys = [{name: entry[name] for name in INDEXES[index]} if entry else None for entry in (old, new)]
    if old and new and keys[0] == keys[1]:
        return max(_units(old), _units(new))
    return sum(_units(entry) for entry in (old, new) if entry)


def _entry(index, item):
    """Return what the index holds of an item, None for nothing."""
    if not all(name in item for name in INDEXES[index]):
        return None
    shown = {"PK", "SK", *INDEXES[index]} | PROJECTED.get(index, set())
    return {name: value for name, value in item.items() if name in shown}


def _units(entry):
    return max(1, math.ceil(size(entry) / 1024))


def size(item):
    """Return the bytes of an item as DynamoDB counts them: names and values, numbers by their digits."""
    return sum(len(name) + _width(value) for name, value in item.items() if value is not None)


def stored(table):
    """Return how many bytes are billed as storage: each item and each index entry, and 100 bytes for each."""
    kept = [_entry(index, item) if index else item for item in table.items.values() for index in INDEXES]
    return sum(size(each) + 100 for each in kept if each is not None)


def _width(value):
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return math.ceil(len(str(abs(value))) / 2) + 1
    return len(value if isinstance(value, bytes) else value.encode())


def _name(item):
    return _kind(item["SK"]) + (f" {item['status']}" if "status" in item else "")


def _kind(sk):
    return str(sk).partition("#")[0]
