"""The tags of an account, and which entries wear them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from devstack.sandbox.record import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devstack.sandbox.hashtag import Hashtag

FIRST_TAG_ID = 249_397


class Vocabulary:
    """Keep tags by id and by name, whose case does not matter. `Books` guards it with its lock.

    `locked` are the ids of tags that a running merge holds: the calls on tags leave them as they are.
    """

    def __init__(self) -> None:
        self._tags: dict[int, Tag] = {}
        self._names: dict[str, int] = {}
        self._wearers: dict[int, set[int]] = {}
        self._ids = count(FIRST_TAG_ID)
        self.locked: set[int] = set()

    def __getitem__(self, tag_id: int) -> Tag:
        return self._tags[tag_id]

    def all(self) -> list[Tag]:
        """List the tags by id."""
        return list(self._tags.values())

    def get(self, tag_id: int) -> Tag | None:
        """Return one tag."""
        return self._tags.get(tag_id)

    def named(self, name: str) -> Tag | None:
        """Return the tag of that name."""
        tag_id = self._names.get(name.casefold())
        return None if tag_id is None else self._tags[tag_id]

    def wearers(self, tag_id: int) -> list[int]:
        """List the ids of the entries with that tag."""
        return sorted(self._wearers[tag_id])

    def uses(self, tag_id: int) -> int:
        """Count the entries with that tag."""
        return len(self._wearers[tag_id])

    def take(self, hashtag: Hashtag, at: int) -> Tag:
        """Return the tag of a hashtag, made if it is new; a star makes a known one unbillable."""
        known = self.named(hashtag.name)
        if known is not None:
            return known if hashtag.billable or not known.billable else self.change(known.id, at, billable=False)
        tag = Tag(next(self._ids), hashtag.name, hashtag.billable, created_at=at, updated_at=at)
        self._tags[tag.id] = tag
        self._names[tag.name.casefold()] = tag.id
        self._wearers[tag.id] = set()
        return tag

    def change(self, tag_id: int, at: int, **changes: Any) -> Tag:
        """Change fields of a tag; raises KeyError."""
        tag = replace(self._tags[tag_id], **({"updated_at": at} | changes))
        del self._names[self._tags[tag_id].name.casefold()]
        self._names[tag.name.casefold()] = tag_id
        self._tags[tag_id] = tag
        return tag

    def remove(self, tag_id: int) -> None:
        """Forget a tag that no entry wears any more; raises KeyError."""
        tag = self._tags.pop(tag_id)
        del self._names[tag.name.casefold()], self._wearers[tag_id]
        self.locked.discard(tag_id)

    def dress(self, entry_id: int, before: Iterable[int], after: Iterable[int]) -> None:
        """Note that an entry wears the tags `after` instead of those `before`."""
        for tag_id in before:
            self._wearers[tag_id].discard(entry_id)
        for tag_id in after:
            self._wearers[tag_id].add(entry_id)
