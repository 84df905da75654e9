"""One table of items, spoken to one item at a time: what ledger and throttle are built on.

An item is a flat record under `PK` and `SK`. Conditions, changes and queries are written in DynamoDB's expression
language (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html), of which the adapters
use little: values are named `:x`, attributes `#x` after themselves. Every method may raise StoreUnavailable, and
after that a write may or may not have happened. Nothing spans two items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value = str | int | bytes | bool
Item = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Lost:
    """The condition did not hold; `item` is what stands in the table, empty if nothing does."""

    item: Item


class Table(Protocol):
    """Single-item operations, and two that go through all of it. A value of None is not stored.

    An item whose `expires_at` (seconds) has passed may be removed at any time, and until then is like any other.
    """

    def skew_ms(self, *, anew: bool = False) -> int:
        """Return by how much this process's clock is ahead of the table's."""

    def get(self, pk: str, sk: str) -> Item | None:
        """Read an item as it is now."""

    def put(
        self, item: Mapping[str, Value | None], condition: str | None = None, values: Mapping[str, Value] | None = None
    ) -> Lost | None:
        """Replace an item if `condition` holds."""

    def update(
        self, pk: str, sk: str, change: str, *, condition: str | None = None, values: Mapping[str, Value] | None = None
    ) -> Item | Lost:
        """Change an item in place if `condition` holds; return it as it is afterwards."""

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item, whether it is there or not."""

    def query(
        self, condition: str, values: Mapping[str, Value], *, index: str | None = None, limit: int | None = None
    ) -> Iterator[Item]:
        """Read items in the order of their sort key: as they are from the table, with a lag from an index."""

    def scan(self) -> Iterator[Item]:
        """Read every item once, in any order. What is written meanwhile may be among them or not."""

    def expire(self, now: int, limit: int) -> int:
        """Remove what has expired by `now` (ms), `limit` items at most, unless that happens by itself; count them."""
