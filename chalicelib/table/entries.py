"""Entries in the table: the part of the ledger that makes an entry exist once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import ATTEMPTS_KEPT
from chalicelib.domain.lifecycle import IN_DOUBT, Status
from chalicelib.ports import HeldKey, Queued
from chalicelib.ports.table import Lost
from chalicelib.table.entry_item import (
    attempt_from_item,
    attempt_sk,
    attempt_to_item,
    from_item,
    to_item,
)
from chalicelib.table.index import lane, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.entry import Attempt, Entry
    from chalicelib.ports.table import Item, Table
    from chalicelib.table.layout import Layout

EVER = 2**62
_ABSENT = "attribute_not_exists(PK)"


class TableEntries:
    """The `Entries` port."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout

    def put_entry(self, entry: Entry) -> Entry:
        """Put if absent."""
        lost = self._table.put(to_item(entry, self._layout), _ABSENT)
        return entry if lost is None else from_item(lost.item)

    def entry(self, key: str) -> Entry | None:
        """Read one."""
        item = self._table.get(self._layout.pk("entry", key), "entry")
        return from_item(item) if item is not None else None

    def swap(self, before: Entry, after: Entry) -> Entry:
        """Replace if status, attempt, token and stamp are what they were."""
        condition = "#status = :status AND #attempt = :attempt AND #stamp = :stamp AND " + (
            "#token = :token" if before.token else "attribute_not_exists(#token)"
        )
        values = {
            ":status": before.status.value,
            ":attempt": before.attempt,
            ":stamp": before.stamp,
            **({":token": before.token} if before.token else {}),
        }
        lost = self._table.put(to_item(after, self._layout), condition, values)
        if lost is None:
            return after
        return from_item(lost.item) if lost.item else before

    def mark_sent(self, queued: Queued, *, sent_at: int, due_at: int) -> Entry | None:
        """Update in place; the stamp stays, so a claim that comes between is not disturbed."""
        was = "#sent_at = :was" if queued.sent_at is not None else "attribute_not_exists(#sent_at)"
        result = self._table.update(
            self._layout.pk("entry", queued.key),
            "entry",
            "SET #sent_at = :sent_at, #due_at = :due_at",
            condition=f"#status = :queued AND {was}",
            values={
                ":sent_at": sent_at,
                ":due_at": due_at,
                ":queued": "queued",
                **({":was": queued.sent_at} if queued.sent_at is not None else {}),
            },
        )
        if not isinstance(result, Lost):
            return from_item(result)
        stands = result.item  # ours, if only its answer was lost; a tick of the same millisecond may send twice
        is_ours = (stands.get("status"), stands.get("sent_at"), stands.get("due_at")) == ("queued", sent_at, due_at)
        return from_item(stands) if is_ours else None

    def take_noko_id(self, noko_id: int, key: str) -> str:
        """Put the id if absent; it lives for ever, so longer than the entry it belongs to."""
        item = {"PK": self._layout.pk("noko", noko_id), "SK": "noko", "key": key}
        lost = self._table.put(item, _ABSENT)
        return key if lost is None else str(lost.item["key"])

    def holder_of(self, noko_id: int) -> str | None:
        """Read who holds an id."""
        item = self._table.get(self._layout.pk("noko", noko_id), "noko")
        return str(item["key"]) if item is not None else None

    def put_attempt(self, key: str, attempt: Attempt) -> None:
        """Put if absent, and drop the one that is 50 older."""
        self._table.put(attempt_to_item(key, attempt, self._layout), _ABSENT)
        if attempt.number > ATTEMPTS_KEPT:
            self._table.delete(self._layout.pk("entry", key), attempt_sk(attempt.number - ATTEMPTS_KEPT))

    def attempts(self, key: str) -> Sequence[Attempt]:
        """Read by sort key, which is by number."""
        values = {":pk": self._layout.pk("entry", key), ":attempt": "attempt#"}
        items = self._table.query("PK = :pk AND begins_with(SK, :attempt)", values)
        return [attempt_from_item(item) for item in items]

    def due(self, *, now: int, limit: int) -> Sequence[Entry]:
        """Read lane `due`, then each entry itself."""
        entries = (self.entry(_key(item)) for item in lane(self._table, self._layout, "due", until=now, limit=limit))
        swept = (Status.POSTING, Status.UNCERTAIN)
        return [e for e in entries if e is not None and e.status in swept and (e.due_at or 0) <= now]

    def queued(self, *, due_before: int, limit: int) -> Sequence[Queued]:
        """Read lane `queued`."""
        items = lane(self._table, self._layout, "queued", until=due_before, limit=limit)
        return [Queued(_key(item), int(item["sent_at"]) if "sent_at" in item else None) for item in items]

    def waiting(self, *, limit: int) -> Sequence[str]:
        """Read the three lanes."""
        lanes = (
            lane(self._table, self._layout, name, until=EVER, limit=limit) for name in ("attention", "refused", "held")
        )
        return [_key(item) for items in lanes for item in items][:limit]

    def held(self) -> Sequence[HeldKey]:
        """Read lane `held`."""
        items = lane(self._table, self._layout, "held", until=EVER, limit=None)
        return [HeldKey(_key(item), str(item["judged_by"]) if "judged_by" in item else None) for item in items]

    def in_doubt(self) -> Sequence[Entry]:
        """Read lanes `due` and `attention`, then each entry itself."""
        lanes = (lane(self._table, self._layout, name, until=EVER, limit=None) for name in ("due", "attention"))
        entries = (self.entry(_key(item)) for items in lanes for item in items)
        return [entry for entry in entries if entry is not None and entry.status in IN_DOUBT]

    def entries(self, *, since: int, until: int) -> Iterator[Entry]:
        """Read month by month."""
        for item in span(self._table, self._layout, "entries", since=since, until=until):
            entry = self.entry(_key(item))
            if entry is not None:
                yield entry

    def keys_of_sha(self, prefix: str) -> Sequence[str]:
        """Read index `sha`."""
        values = {":head": self._layout.sha_head(prefix), ":prefix": prefix}
        items = self._table.query("#sha_head = :head AND begins_with(#sha, :prefix)", values, index="sha")
        return sorted({str(item["sha"]) for item in items})


def _key(item: Item) -> str:
    return str(item["PK"]).split("#entry#", 1)[1]
