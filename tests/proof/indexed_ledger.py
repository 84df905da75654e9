"""The memory ledger with its entries found by status, as the table's index does: else a day's tick reads them all."""

from collections import defaultdict

from fakes.ledger import MemoryLedger

from chalicelib.domain.lifecycle import Status
from chalicelib.ports import HeldKey, Queued


class IndexedLedger(MemoryLedger):
    def __init__(self):
        super().__init__()
        self._places = defaultdict(dict)

    def put_entry(self, entry):
        return self._placed(None, super().put_entry(entry))

    def swap(self, before, after):
        return self._placed(self.entry(before.key), super().swap(before, after))

    def _placed(self, old, holds):
        if old is not None:
            self._places[old.status].pop(holds.key, None)
        self._places[holds.status][holds.key] = holds
        return holds

    def mark_sent(self, queued, *, sent_at, due_at):
        marked = super().mark_sent(queued, sent_at=sent_at, due_at=due_at)
        if marked:
            self._placed(None, self.entry(queued.key))
        return marked

    def due(self, *, now, limit):
        swept = [*self._places[Status.POSTING].values(), *self._places[Status.UNCERTAIN].values()]
        return sorted((e for e in swept if e.due_at <= now), key=lambda e: e.due_at)[:limit]

    def queued(self, *, due_before, limit):
        due = [e for e in self._places[Status.QUEUED].values() if (e.due_at or 0) <= due_before]
        return [Queued(e.key, e.sent_at) for e in sorted(due, key=lambda e: e.due_at or 0)[:limit]]

    def held(self):
        held = sorted(self._places[Status.HELD].values(), key=lambda e: e.due_at or 0)
        return [HeldKey(e.key, e.judged_by) for e in held]

    def count(self, status):
        """Say how many entries have a status."""
        return len(self._places[status])

    def unlogged(self):
        """Return all entries but the logged ones, in no order."""
        return [e for status, place in self._places.items() if status is not Status.LOGGED for e in place.values()]
