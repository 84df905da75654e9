"""Compare two sets of items that come in any order, with little memory, however many they are.

Each item falls by its key into one of some thousand shelves, which add up the SHA-256 of their items. Sets whose
shelves are alike are equal. Where shelves differ, only what lies on those is looked at singly.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.archive.line import item_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.ports.table import Item

SHELVES = 4_096
_MODULUS = 2**256

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys of items that only one of two sets has, or that both have, and differently."""

    only_left: list[Key]
    only_right: list[Key]
    unlike: list[Key]

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.only_left or self.only_right or self.unlike)

    def __len__(self) -> int:
        """Count."""
        return len(self.only_left) + len(self.only_right) + len(self.unlike)


def difference(left: Callable[[], Iterable[Item]], right: Callable[[], Iterable[Item]]) -> Difference:
    """Return in what two sets differ. Each is read once if they are equal, else twice."""
    shelves = {n for n, (one, other) in enumerate(zip(_sums(left()), _sums(right()), strict=True)) if one != other}
    if not shelves:
        return Difference([], [], [])
    lefts, rights = _on(shelves, left()), _on(shelves, right())
    return Difference(
        sorted(lefts.keys() - rights.keys()),
        sorted(rights.keys() - lefts.keys()),
        sorted(key for key in lefts.keys() & rights.keys() if lefts[key] != rights[key]),
    )


def key_of(item: Item) -> Key:
    """Return the key of an item."""
    return str(item["PK"]), str(item["SK"])


def digest_of(item: Item) -> bytes:
    """Return the SHA-256 of an item: equal for equal items."""
    return hashlib.sha256(item_line(item)).digest()


def _sums(items: Iterable[Item]) -> list[tuple[int, int]]:
    counts, sums = [0] * SHELVES, [0] * SHELVES
    for item in items:
        shelf = _shelf(item)
        counts[shelf] += 1
        sums[shelf] = (sums[shelf] + int.from_bytes(digest_of(item))) % _MODULUS
    return list(zip(counts, sums, strict=True))


def _on(shelves: set[int], items: Iterable[Item]) -> dict[Key, bytes]:
    return {key_of(item): digest_of(item) for item in items if _shelf(item) in shelves}


def _shelf(item: Item) -> int:
    return zlib.crc32("\0".join(key_of(item)).encode("utf-8", "surrogatepass")) % SHELVES
