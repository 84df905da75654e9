"""Runs in the table: what is done once for each night, or each date of a schedule."""

from __future__ import annotations

import dataclasses
import zlib
from typing import TYPE_CHECKING, Any

from chalicelib.domain.run import Run
from chalicelib.table.index import span
from chalicelib.table.layout import Layout, expires_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.ports.table import Item, Table, Value

_PLAIN = tuple(f.name for f in dataclasses.fields(Run) if f.name != "body")


class TableRuns:
    """The `Runs` port."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout

    def put_run(self, run: Run) -> Run:
        """Put if absent."""
        lost = self._table.put(self._item(run), "attribute_not_exists(PK)")
        return run if lost is None else _from_item(lost.item)

    def run(self, kind: str, key: str) -> Run | None:
        """Read one."""
        item = self._table.get(self._layout.pk("run", kind, key), "run")
        return _from_item(item) if item is not None else None

    def swap_run(self, before: Run, after: Run) -> Run:
        """Replace if the stamp is what it was."""
        lost = self._table.put(self._item(after), "#stamp = :stamp", {":stamp": before.stamp})
        if lost is None:
            return after
        return _from_item(lost.item) if lost.item else before

    def runs(self, kind: str, *, since: int, until: int) -> Iterator[Run]:
        """Read month by month."""
        for hint in span(self._table, self._layout, f"runs-{kind}", since=since, until=until):
            item = self._table.get(str(hint["PK"]), "run")
            if item is not None:
                yield _from_item(item)

    def _item(self, run: Run) -> dict[str, Value | None]:
        """Write a run down. It lives on from when somebody held it last, so that none expires in use."""
        return {
            **{name: getattr(run, name) for name in _PLAIN},
            "PK": self._layout.pk("run", run.kind, run.key),
            "SK": "run",
            "body": zlib.compress(run.body.encode()),
            "month": self._layout.month(f"runs-{run.kind}", run.started_at),
            "at": run.started_at,
            "expires_at": expires_at(max(run.started_at, run.lease_until), self._layout.kept.entries_days),
        }


def _from_item(item: Item) -> Run:
    plain: dict[str, Any] = {name: item[name] for name in _PLAIN if name in item}
    body = item["body"]
    return Run(**plain, body=zlib.decompress(body).decode() if isinstance(body, bytes) else "")
