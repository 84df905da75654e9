"""Deliveries in the table: the part of the ledger that remembers what came in."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from chalicelib.ports import StoredDelivery
from chalicelib.ports.table import Lost
from chalicelib.sources import delivery as codec
from chalicelib.table.index import lane, span
from chalicelib.table.layout import DAY_MS, Layout, expires_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.ports.table import Item, Table
    from chalicelib.sources.delivery import Delivery

_RETIRE = "REMOVE #body, #lane, #due_at"
PART_BYTES = 350_000
"""An item holds 400 KB at most, keys and names included (AWS: Quotas in Amazon DynamoDB)."""


class TableDeliveries:
    """The `Deliveries` port."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout

    def accept(self, delivery: Delivery, *, now: int, due_at: int, stamp: str) -> StoredDelivery | None:
        """Store what is beyond the first 350 KB, then the head: only the head makes it a delivery.

        The parts carry the head's stamp: a redelivery that is read anew later must not write into stored ones.
        """
        body = zlib.compress(json.dumps(codec.to_json(delivery), ensure_ascii=False, separators=(",", ":")).encode())
        parts = [body[start : start + PART_BYTES] for start in range(0, len(body), PART_BYTES)]
        pk = self._layout.pk("delivery", delivery.key)
        for number, part in enumerate(parts[1:], 1):
            expiry = self._expiry(now)  # a crash here leaves parts that belong to nobody
            self._table.put({"PK": pk, "SK": _part_sk(stamp, number), "body": part, "expires_at": expiry})
        lost = self._table.put(
            {
                "PK": pk,
                "SK": "head",
                "key": delivery.key,
                "source": delivery.source,
                "body": parts[0],
                "parts": len(parts),
                "received_at": now,
                "stamp": stamp,
                "lane": self._layout.lane("unopened", delivery.key),
                "due_at": due_at,
                "month": self._layout.month("deliveries", now),
                "at": now,
                "incomplete": delivery.incomplete,
            },
            "attribute_not_exists(PK)",
        )
        if lost is None or lost.item.get("stamp") == stamp:
            return None
        for number in range(1, len(parts)):
            self._table.delete(pk, _part_sk(stamp, number))
        return _stored(lost.item, delivery)

    def delivery(self, key: str) -> StoredDelivery | None:
        """Read head and parts."""
        pk = self._layout.pk("delivery", key)
        head = self._table.get(pk, "head")
        return self._assembled(pk, head) if head is not None else None

    def _assembled(self, pk: str, head: Item) -> StoredDelivery | None:
        bodies = [head.get("body")]
        for number in range(1, int(head["parts"])):
            part = self._table.get(pk, _part_sk(str(head["stamp"]), number))
            bodies.append(part.get("body") if part else None)
        if not all(isinstance(body, bytes) for body in bodies):
            return None
        whole = b"".join(body for body in bodies if isinstance(body, bytes))
        return _stored(head, codec.from_json(json.loads(zlib.decompress(whole))))

    def mark_opened(self, key: str, *, now: int) -> None:
        """Move the delivery from the lane of the unopened to that of what retires; from now on it can expire."""
        self._table.update(
            self._layout.pk("delivery", key),
            "head",
            "SET #opened_at = if_not_exists(#opened_at, :now), #lane = :lane, #due_at = :retire, #expires_at = :expiry",
            condition="attribute_exists(PK)",
            values={
                ":now": now,
                ":lane": self._layout.lane("retire", key),
                ":retire": now + self._layout.kept.contents_days * DAY_MS,
                ":expiry": self._expiry(now),
            },
        )

    def postpone(self, key: str, *, until: int) -> int | None:
        """Move the delivery back in the lane of the unopened, unless it was opened meanwhile; its parts live on."""
        pk = self._layout.pk("delivery", key)
        result = self._table.update(
            pk,
            "head",
            "SET #due_at = :until",
            condition="attribute_exists(PK) AND attribute_not_exists(#opened_at)",
            values={":until": until},
        )
        if isinstance(result, Lost):
            return None
        for number in range(1, int(result["parts"])):
            self._table.update(
                pk,
                _part_sk(str(result["stamp"]), number),
                "SET #expires_at = :expiry",
                condition="attribute_exists(PK)",
                values={":expiry": self._expiry(until)},
            )
        return int(result["received_at"])

    def unopened(self, *, now: int, limit: int) -> Sequence[str]:
        """Read the lane of the unopened, all shards."""
        return [_key(item) for item in lane(self._table, self._layout, "unopened", until=now, limit=limit)]

    def retire(self, *, now: int, limit: int) -> int:
        """Drop the parts, then the contents of the head: a crash in between leaves the rest for the next time.

        One call for a head without parts; one with parts says so.
        """
        retired = 0
        for item in lane(self._table, self._layout, "retire", until=now, limit=limit):
            pk, condition = str(item["PK"]), "attribute_exists(#opened_at)"
            result = self._table.update(
                pk, "head", _RETIRE, condition=f"{condition} AND #parts = :one", values={":one": 1}
            )
            if isinstance(result, Lost) and "opened_at" in result.item:
                for number in range(1, int(result.item["parts"])):
                    self._table.delete(pk, _part_sk(str(result.item["stamp"]), number))
                result = self._table.update(pk, "head", _RETIRE, condition=condition)
            retired += not isinstance(result, Lost)
        return retired

    def _expiry(self, now: int) -> int:
        return expires_at(now, self._layout.kept.entries_days)

    def deliveries(self, *, since: int, until: int) -> Iterator[StoredDelivery]:
        """Read month by month."""
        for item in span(self._table, self._layout, "deliveries", since=since, until=until):
            stored = self.delivery(_key(item))
            if stored is not None:
                yield stored


def _stored(head: Item, delivery: Delivery) -> StoredDelivery:
    opened = head.get("opened_at")
    return StoredDelivery(delivery, int(head["received_at"]), int(opened) if opened is not None else None)


def _part_sk(stamp: str, number: int) -> str:
    return f"part#{stamp}#{number:04d}"


def _key(item: Item) -> str:
    return str(item["PK"]).split("#delivery#", 1)[1]
