"""Pieces of work, and the commits in which each was seen: what the ledger knows under one title."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_SIGHTINGS = 3_000
"""How many sightings one title keeps: a push has 2,048 commits at most, and an item of the table 400 KB."""


class Role(StrEnum):
    """What a commit turned out to be."""

    OWN = "own"
    COPY = "copy"
    AMENDS = "amends"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A commit on a branch, or a piece of a squash, and what it was judged to be.

    `push` names the push that brought it (see `Arrival`), `at` is when that was. `of` is the entry key that a
    copy is a copy of, or that an amendment amends. `piece` counts from 0 in a squash; None for a commit itself.
    `authored_at` is the author's date, where GitHub was asked. `number` is the pull request that the description
    names, and `listed` tells that it is GitHub's squash of that; `is_squash`, that it holds pieces, by whatever hand.
    """

    key: str
    push: str
    at: int
    branch: str
    minutes: int
    forced: bool = False
    created: bool = False
    role: Role = Role.OWN
    of: str | None = None
    piece: int | None = None
    authored_at: int | None = None
    number: str | None = None
    listed: bool = False
    is_squash: bool = False

    @property
    def moves(self) -> bool:
        """See `Arrival.moves`."""
        return self.forced or self.created


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. `files` are the fingerprints of its commits, `who` the names by which its author is known."""

    files: tuple[str, ...]
    who: tuple[str, ...]
    sightings: tuple[Sighting, ...]

    @property
    def is_piece(self) -> bool:
        """Tell whether it is only known as a piece of a squash."""
        return all(sighting.piece is not None for sighting in self.sightings)

    @property
    def standing(self) -> Sighting:
        """The sighting whose minutes hold: that of the work itself, or of its last amendment."""
        stated = [s for s in self.commits() if s.role in (Role.OWN, Role.AMENDS)]
        return max(stated or self.sightings, key=lambda s: s.at)

    def is_on(self, branch: str) -> bool:
        """Tell whether it was seen on a branch as a commit of its own."""
        return any(s.branch == branch for s in self.commits())

    def is_by(self, who: Iterable[str]) -> bool:
        """Tell whether its author goes by one of these names."""
        return not set(self.who).isdisjoint(who)

    def commits(self) -> Iterator[Sighting]:
        """Return the sightings as a commit of its own."""
        return (sighting for sighting in self.sightings if sighting.piece is None)

    def seen_as(self, sighting: Sighting) -> Work:
        """Return the work with one more sighting."""
        return replace(self, sightings=(*self.sightings, sighting))


@dataclass(frozen=True, slots=True)
class Works:
    """All works with one title. `stamp` is fresh with every write."""

    title: str
    works: tuple[Work, ...] = ()
    stamp: str = ""

    def by_key(self) -> dict[str, list[Sighting]]:
        """Return the sightings of each commit, and of its pieces, by its entry key."""
        found: dict[str, list[Sighting]] = {}
        for work in self.works:
            for sighting in work.sightings:
                found.setdefault(sighting.key, []).append(sighting)
        return found


def bounded(works: tuple[Work, ...], *, push: str) -> tuple[Work, ...]:
    """Forget the oldest sightings when there are too many to keep, but none of this push, whose entries are to come.

    What is forgotten of older ones does not undo a judgement: it stands in their entries.
    """
    excess = sum(len(work.sightings) for work in works) - MOST_SIGHTINGS
    if excess <= 0:
        return works
    others = [s for work in works for s in work.sightings if s.push != push]
    forgotten = {id(s) for s in sorted(others, key=lambda s: s.at)[:excess]}
    left = (replace(work, sightings=tuple(s for s in work.sightings if id(s) not in forgotten)) for work in works)
    return tuple(work for work in left if work.sightings)


def to_json(works: tuple[Work, ...]) -> list[dict[str, Any]]:
    """Return works as JSON objects, without what is as by default."""
    return [
        {"files": list(work.files), "who": list(work.who), "seen": [_sighting_to_json(s) for s in work.sightings]}
        for work in works
    ]


def from_json(records: list[Mapping[str, Any]]) -> tuple[Work, ...]:
    """Return the works that `to_json` made `records` of, exactly."""
    return tuple(
        Work(
            tuple(record["files"]),
            tuple(record["who"]),
            tuple(Sighting(**{**seen, "role": Role(seen.get("role", Role.OWN))}) for seen in record["seen"]),
        )
        for record in records
    )


def _sighting_to_json(sighting: Sighting) -> dict[str, Any]:
    values = {field.name: (getattr(sighting, field.name), field.default) for field in fields(sighting)}
    return {name: value for name, (value, default) in values.items() if value != default}
