"""Since when equal submissions without an id count as one: the part of the ledger that decides it, in one write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.ports.table import Lost
from chalicelib.table.layout import expires_at

if TYPE_CHECKING:
    from chalicelib.ports.table import Table
    from chalicelib.table.layout import Layout

_OPEN = "attribute_not_exists(#first_at) OR #first_at <= :ended OR #first_at >= :ahead"
"""No window is open; one in the future is that of a clock gone wrong, and would stay open until then."""


class TableWindows:
    """The `Windows` port."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout

    def first_of(self, name: str, *, now: int, window_ms: int) -> int:
        """Begin a window unless one is open. Whoever loses learns the same instant, so nobody need know who won."""
        result = self._table.update(
            self._layout.pk("window", name),
            "window",
            "SET #first_at = :now, #expires_at = :expiry",
            condition=_OPEN,
            values={
                ":now": now,
                ":ended": now - window_ms,
                ":ahead": now + window_ms,
                ":expiry": expires_at(now + window_ms, 1),
            },
        )
        return int(result.item["first_at"]) if isinstance(result, Lost) else now
