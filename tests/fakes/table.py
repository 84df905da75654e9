"""DynamoDB's single-item operations in memory, with the expressions that one machine's store reads.

Held to the same contract suites as moto and SQLite.
"""

import copy

from chalicelib.ports.table import Lost
from standalone.expression import changed, check_values, holds, key_condition

INDEXES = {None: ("PK", "SK"), "due": ("lane", "due_at"), "month": ("month", "at"), "sha": ("sha_head", "sha")}
PROJECTED = {"due": {"sent_at", "judged_by"}}


class MemoryTable:
    def __init__(self):
        self.items = {}

    def skew_ms(self, *, anew=False):  # noqa: ARG002 - the port's: there is but one clock here
        return 0

    def get(self, pk, sk):
        return copy.copy(self.items.get((pk, sk)))

    def put(self, item, condition=None, values=None):
        check_values(values, condition)
        item = {name: value for name, value in item.items() if value is not None}
        key = (item["PK"], item["SK"])
        held = self.items.get(key, {})
        if not holds(condition, held, values):
            return Lost(copy.copy(held))
        self.items[key] = item
        return None

    def update(self, pk, sk, change, *, condition=None, values=None):
        check_values(values, condition, change)
        held = self.items.get((pk, sk), {})
        if not holds(condition, held, values):
            return Lost(copy.copy(held))
        after = changed({"PK": pk, "SK": sk, **held}, change, values)
        self.items[pk, sk] = after
        return copy.copy(after)

    def delete(self, pk, sk):
        self.items.pop((pk, sk), None)

    def scan(self):
        yield from map(copy.copy, list(self.items.values()))

    def expire(self, now, limit):
        gone = [key for key, item in self.items.items() if item.get("expires_at", 2**62) <= now // 1000][:limit]
        for key in gone:
            del self.items[key]
        return len(gone)

    def query(self, condition, values, *, index=None, limit=None):
        check_values(values, condition)
        hash_name, range_name = INDEXES[index]
        asked = key_condition(condition)
        assert asked.name == hash_name, condition
        assert asked.range is None or asked.range.name == range_name, condition
        found = [
            item
            for item in self.items.values()
            if hash_name in item and range_name in item and holds(condition, item, values)
        ]
        found.sort(key=lambda item: item[range_name])
        for item in found[:limit]:
            if index is None:
                yield copy.copy(item)
                continue
            shown = {"PK", "SK", hash_name, range_name} | PROJECTED.get(index, set())
            yield {name: value for name, value in item.items() if name in shown}
