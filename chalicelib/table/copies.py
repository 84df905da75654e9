"""Works in the table: what is known under one title in one item, so that a whole judgement is one write."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from chalicelib.domain.work import Works, from_json, to_json
from chalicelib.table.layout import Layout, expires_at

if TYPE_CHECKING:
    from chalicelib.ports.table import Item, Table


class TableCopies:
    """The `Copies` port."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout

    def works(self, title: str) -> Works:
        """Read one item."""
        item = self._table.get(self._layout.pk("works", title), "works")
        return Works(title) if item is None else _from_item(title, item)

    def swap_works(self, before: Works, after: Works, *, now: int) -> Works:
        """Replace if the stamp is what it was, or put if there was none."""
        item: Item = {
            "PK": self._layout.pk("works", after.title),
            "SK": "works",
            "body": zlib.compress(json.dumps(to_json(after.works), separators=(",", ":")).encode()),
            "stamp": after.stamp,
            "expires_at": expires_at(now, self._layout.kept.entries_days),
        }
        if before.stamp:
            lost = self._table.put(item, "#stamp = :stamp", {":stamp": before.stamp})
        else:
            lost = self._table.put(item, "attribute_not_exists(PK)")
        if lost is None:
            return after
        return _from_item(after.title, lost.item) if lost.item else Works(after.title)


def _from_item(title: str, item: Item) -> Works:
    body = item["body"]
    records = json.loads(zlib.decompress(body)) if isinstance(body, bytes) else []
    return Works(title, from_json(records), str(item["stamp"]))
