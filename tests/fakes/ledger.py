"""The ledger in memory: the `Ledger` port with nothing behind it. Held to the same contract suite as DynamoDB."""

import dataclasses

from chalicelib.domain.entry import ATTEMPTS_KEPT
from chalicelib.domain.lifecycle import IN_DOUBT, Status
from chalicelib.domain.work import Works
from chalicelib.ports import HeldKey, Queued, StoreCard, StoredDelivery, StoredNote

CONTENTS_LIFE_MS = 30 * 86_400_000


@dataclasses.dataclass
class _Head:
    delivery: object
    received_at: int
    due_at: int
    stamp: str
    opened_at: int | None = None
    retired: bool = False


class MemoryLedger:
    def __init__(self):
        self._heads = {}
        self._windows = {}
        self._entries = {}
        self._noko_ids = {}
        self._attempts = {}
        self._notes = {}
        self._works = {}
        self._directory = None
        self._card = None
        self._runs = {}

    # Deliveries

    def accept(self, delivery, *, now, due_at, stamp):
        head = self._heads.get(delivery.key)
        if head is None:
            self._heads[delivery.key] = _Head(delivery, now, due_at, stamp)
            return None
        return None if head.stamp == stamp else StoredDelivery(delivery, head.received_at, head.opened_at)

    def delivery(self, key):
        head = self._heads.get(key)
        if head is None or head.retired:
            return None
        return StoredDelivery(head.delivery, head.received_at, head.opened_at)

    def mark_opened(self, key, *, now):
        head = self._heads.get(key)
        if head is not None:
            head.opened_at = now if head.opened_at is None else head.opened_at
            head.due_at = now + CONTENTS_LIFE_MS

    def postpone(self, key, *, until):
        head = self._heads.get(key)
        if head is None or head.opened_at is not None:
            return None
        head.due_at = until
        return head.received_at

    def unopened(self, *, now, limit):
        due = [(h.due_at, k) for k, h in self._heads.items() if h.opened_at is None and h.due_at <= now]
        return [key for _, key in sorted(due)][:limit]

    def retire(self, *, now, limit):
        due = [h for h in self._heads.values() if h.opened_at is not None and not h.retired and h.due_at <= now]
        for head in due[:limit]:
            head.retired = True
        return len(due[:limit])

    def deliveries(self, *, since, until):
        for key, head in list(self._heads.items()):
            if since <= head.received_at <= until and not head.retired:
                yield self.delivery(key)

    def expire(self, *, now, limit):  # noqa: ARG002 - nothing expires here
        return 0

    # Copies

    def works(self, title):
        return self._works.get(title, Works(title))

    def swap_works(self, before, after, *, now):  # noqa: ARG002 - nothing expires here
        stands = self.works(after.title)
        if stands.stamp != before.stamp:
            return stands
        self._works[after.title] = after
        return after

    # Windows

    def first_of(self, name, *, now, window_ms):
        began = self._windows.get(name)
        if began is None or not now - window_ms < began < now + window_ms:
            began = self._windows[name] = now
        return began

    # Entries

    def put_entry(self, entry):
        return self._entries.setdefault(entry.key, entry)

    def entry(self, key):
        return self._entries.get(key)

    def swap(self, before, after):
        holds = self._entries.get(before.key)
        if holds is None:
            return before
        if _fence(holds) == _fence(before):
            self._entries[before.key] = after
            return after
        return holds

    def mark_sent(self, queued, *, sent_at, due_at):
        entry = self._entries.get(queued.key)
        if entry is None or entry.status is not Status.QUEUED:
            return None
        if entry.sent_at != queued.sent_at:
            return entry if (entry.sent_at, entry.due_at) == (sent_at, due_at) else None
        marked = self._entries[queued.key] = dataclasses.replace(entry, sent_at=sent_at, due_at=due_at)
        return marked

    def take_noko_id(self, noko_id, key):
        return self._noko_ids.setdefault(noko_id, key)

    def holder_of(self, noko_id):
        return self._noko_ids.get(noko_id)

    def put_attempt(self, key, attempt):
        kept = self._attempts.setdefault(key, {})
        kept.setdefault(attempt.number, attempt)
        kept.pop(attempt.number - ATTEMPTS_KEPT, None)

    def attempts(self, key):
        return [attempt for _, attempt in sorted(self._attempts.get(key, {}).items())]

    def due(self, *, now, limit):
        swept = (Status.POSTING, Status.UNCERTAIN)
        due = [e for e in self._entries.values() if e.status in swept and e.due_at <= now]
        return sorted(due, key=lambda e: e.due_at)[:limit]

    def queued(self, *, due_before, limit):
        due = [e for e in self._entries.values() if e.status is Status.QUEUED and (e.due_at or 0) <= due_before]
        return [Queued(e.key, e.sent_at) for e in sorted(due, key=lambda e: e.due_at or 0)[:limit]]

    def waiting(self, *, limit):
        order = (Status.NEEDS_ATTENTION, Status.REFUSED, Status.HELD)
        return [e.key for status in order for e in self._entries.values() if e.status is status][:limit]

    def held(self):
        held = [e for e in self._entries.values() if e.status is Status.HELD]
        return [HeldKey(e.key, e.judged_by) for e in sorted(held, key=lambda e: e.due_at or 0)]

    def in_doubt(self):
        return [e for e in self._entries.values() if e.status in IN_DOUBT]

    def entries(self, *, since, until):
        found = [e for e in self._entries.values() if since <= e.opened_at <= until]
        yield from sorted(found, key=lambda e: e.opened_at)

    def keys_of_sha(self, prefix):
        known = [key.removeprefix("github:") for key in self._entries if key.startswith("github:")]
        noted = [name for name in self._notes if ":" not in name]
        return sorted({sha for sha in [*known, *noted] if sha.startswith(prefix)})

    # Notes and cards

    def put_note(self, note, *, delivery, now):
        self._notes[note.subject] = StoredNote(note, delivery, now)

    def note(self, subject):
        return self._notes.get(subject)

    def form_notes(self, *, since, until):
        forms = [s for s in self._notes.values() if s.note.subject.startswith("form:")]
        yield from sorted((s for s in forms if since <= s.noted_at <= until), key=lambda s: s.noted_at)

    def directory(self):
        return self._directory

    def put_directory(self, directory):
        self._directory = directory

    def claim_store(self, owner, *, now):
        self._card = self._card or StoreCard(owner, now)
        return self._card

    # Runs

    def put_run(self, run):
        return self._runs.setdefault((run.kind, run.key), run)

    def run(self, kind, key):
        return self._runs.get((kind, key))

    def swap_run(self, before, after):
        holds = self._runs.get((before.kind, before.key))
        if holds is not None and holds.stamp == before.stamp:
            self._runs[before.kind, before.key] = holds = after
        return holds or before

    def runs(self, kind, *, since, until):
        found = [run for run in self._runs.values() if run.kind == kind and since <= run.started_at <= until]
        yield from sorted(found, key=lambda run: run.started_at)


def _fence(entry):
    return entry.status, entry.attempt, entry.token, entry.stamp
