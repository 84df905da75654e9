"""What of a store an export holds, and what it leaves: that which belongs to a place or a moment, not to the work.

The throttle's item counts this minute's requests, and its restore mode goes with the header. The store's card is the
stamp of the other place. Noko's people, projects and tags are fetched anew. What has expired is as good as gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.ports.table import Item

PLACE = ("throttle", "store", "directory")
"""Partition keys, after the account, of what stays where it is."""


def travelling(items: Iterable[Item], *, account: str, now: int) -> Iterator[Item]:
    """Pass those on that go into an export, at `now` (ms)."""
    staying = {f"{account}#{name}" for name in PLACE}
    for item in items:
        pk, expires_at = str(item["PK"]), item.get("expires_at")
        expired = isinstance(expires_at, int) and expires_at <= now // 1000
        if pk.startswith(f"{account}#") and pk not in staying and not expired:
            yield item
