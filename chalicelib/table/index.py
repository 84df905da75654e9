"""Read the table's indexes. They lag behind the items: what they say is a hint, to be checked on the item itself."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.ports.table import Item, Table, Value
    from chalicelib.table.layout import Layout


def lane(table: Table, layout: Layout, name: str, *, until: int, limit: int | None) -> Iterator[Item]:
    """Read the items of a lane that are due by `until`, longest due first, over all shards."""
    shards = (
        table.query("#lane = :lane AND #due_at <= :until", {":lane": shard, ":until": until}, index="due", limit=limit)
        for shard in layout.shards(name)
    )
    return islice(merge(*shards, key=lambda item: item["due_at"]), limit)


def span(table: Table, layout: Layout, kind: str, *, since: int, until: int) -> Iterator[Item]:
    """Read the items of a kind from a span of time, both ends included, oldest first."""
    if since > until:  # which DynamoDB would take for a malformed BETWEEN
        return
    for month in layout.months(kind, since, until):
        values: dict[str, Value] = {":month": month, ":since": since, ":until": until}
        yield from table.query("#month = :month AND #at BETWEEN :since AND :until", values, index="month")
