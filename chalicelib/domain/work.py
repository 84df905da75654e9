"""Pieces of work, and the commits in which each was seen: what the ledger knows under one title."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    names, and `listed` tells that it is GitHub's squash of that.
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

    @property
    def moves(self) -> bool:
        """See `Arrival.moves`."""
        return self.forced or self.created


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. `who` are the names by which its author is known, `files` a fingerprint."""

    files: str
    who: tuple[str, ...]
    sightings: tuple[Sighting, ...]

    @property
    def is_piece(self) -> bool:
        """Tell whether it is only known as a piece of a squash."""
        return all(sighting.piece is not None for sighting in self.sightings)

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

    def sighting(self, key: str, piece: int | None) -> Sighting | None:
        """Find what a commit, or a piece of one, was judged to be."""
        found = (s for work in self.works for s in work.sightings if s.key == key and s.piece == piece)
        return next(found, None)


def bounded(works: tuple[Work, ...]) -> tuple[Work, ...]:
    """Forget the works seen longest ago when there are too many sightings to keep."""
    excess = sum(len(work.sightings) for work in works) - MOST_SIGHTINGS
    kept = list(works)
    for work in sorted(works, key=lambda work: max(s.at for s in work.sightings)):
        if excess <= 0:
            break
        kept.remove(work)
        excess -= len(work.sightings)
    return tuple(kept)


def to_json(works: tuple[Work, ...]) -> list[dict[str, Any]]:
    """Return works as JSON objects, without what is as by default."""
    return [
        {"files": work.files, "who": list(work.who), "seen": [_sighting_to_json(s) for s in work.sightings]}
        for work in works
    ]


def from_json(records: list[Mapping[str, Any]]) -> tuple[Work, ...]:
    """Return the works that `to_json` made `records` of, exactly."""
    return tuple(
        Work(
            record["files"],
            tuple(record["who"]),
            tuple(Sighting(**{**seen, "role": Role(seen.get("role", Role.OWN))}) for seen in record["seen"]),
        )
        for record in records
    )


def _sighting_to_json(sighting: Sighting) -> dict[str, Any]:
    values = {field.name: (getattr(sighting, field.name), field.default) for field in fields(sighting)}
    return {name: value for name, (value, default) in values.items() if value != default}
