"""The names of tags as items hold them: compressed, some thousands to an item, none above DynamoDB's 400 KB."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = 3_000
"""With 30 characters of 4 bytes, quotes and a comma each, these take 372 KB if nothing of it can be compressed."""


def tag_parts(names: Iterable[str]) -> list[bytes]:
    """Return the bodies of the items that hold `names`, which are at most 30 letters, digits and dashes each."""
    ordered = sorted(names)
    return [_body(ordered[start : start + NAMES]) for start in range(0, len(ordered), NAMES)]


def names_in(body: bytes) -> Iterator[str]:
    """Read the names in a body."""
    yield from json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))


def _body(names: list[str]) -> bytes:
    return zlib.compress(json.dumps(names, ensure_ascii=False).encode("utf-8", "surrogatepass"))
