"""Put the items of an export into a table: each only if its key is absent, so that it is harmless twice.

Not in batches: those of DynamoDB know no conditions. A put whose answer was lost, and which boto3 repeated, finds an
equal item, and that is all that is asked for.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.ports.table import Lost
from cli.archive.digest import digest_of, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from chalicelib.ports.table import Item, Table
    from cli.archive.digest import Key

WORKERS = 16
"""Puts at once, for the sake of DynamoDB, which is far away; a file takes one after the other."""
CHUNK = 512
"""Items that are read ahead."""


class _Fate(Enum):
    PUT = auto()
    THERE = auto()
    UNLIKE = auto()


@dataclass(slots=True)
class Poured:
    """How many items were put, how many were there, and what is there differently.

    `since` is when the first of the entries that are there differently was opened (ms).
    """

    put: int = 0
    there: int = 0
    unlike: list[Key] = field(default_factory=list)
    since: int | None = None


class Present:
    """Which items a store holds, known by their digests: 100 bytes of memory for each."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._digests = {digest_of(item)[:16] for item in items}

    def __contains__(self, item: Item) -> bool:
        """Tell whether an item was there, equal in all it holds."""
        return digest_of(item)[:16] in self._digests

    def __len__(self) -> int:
        """Count."""
        return len(self._digests)


def pour(items: Iterable[Item], table: Table, *, present: Present) -> Poured:
    """Put what is not `present`; overwrite nothing. Raises StoreUnavailable: then the same again goes on."""
    poured = Poured()
    with ThreadPoolExecutor(WORKERS) as pool:
        for chunk in _chunks(iter(items)):
            missing = [item for item in chunk if item not in present]
            poured.there += len(chunk) - len(missing)
            for item, fate in zip(missing, pool.map(partial(_put, table), missing), strict=True):
                _note(poured, item, fate)
    return poured


def _chunks(items: Iterator[Item]) -> Iterator[list[Item]]:
    read: Callable[[], list[Item]] = lambda: list(islice(items, CHUNK))  # noqa: E731 - for `iter`
    return iter(read, [])


def _put(table: Table, item: Item) -> _Fate:
    lost = table.put(item, "attribute_not_exists(PK)")
    if not isinstance(lost, Lost):
        return _Fate.PUT
    return _Fate.THERE if lost.item and digest_of(lost.item) == digest_of(item) else _Fate.UNLIKE


def _note(poured: Poured, item: Item, fate: _Fate) -> None:
    if fate is _Fate.UNLIKE:
        poured.unlike.append(key_of(item))
        if item["SK"] == "entry":
            opened_at = int(item["opened_at"])
            poured.since = opened_at if poured.since is None else min(poured.since, opened_at)
    elif fate is _Fate.PUT:
        poured.put += 1
    else:
        poured.there += 1
