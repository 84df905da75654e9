"""The copy rule: which commits of a push are new work, and which were seen before under another SHA.

A commit that is rewritten keeps its author, its text and its files, but so do two honest "wip"s of one
afternoon. What tells them apart is how they arrived. A branch that is rewritten, or new, or another one, may
bring work that is known; one that is only added to brings new work. Of two pushes to one branch the later
decides, whichever is looked at first, so that the order in which deliveries are opened changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.shelf import Newcomer, Shelf, may_be_moved, sighted
from chalicelib.domain.work import Role, Sighting, Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.arrival import Arrival

__all__ = ["Newcomer", "place", "place_piece"]


def place(known: tuple[Work, ...], newcomers: Sequence[Newcomer], *, arrival: Arrival, at: int) -> tuple[Work, ...]:
    """Add the commits of one push with one title to the works known under it, each as what it is.

    A commit that is known stays what it was judged to be. Of k others alike, and n works alike that came with
    other pushes, min(k, n) are copies. `at` is when the push was, in milliseconds. Linear in the commits and
    works.
    """
    shelf = Shelf(known, arrival, at)
    fresh = [commit for commit in newcomers if not shelf.recognises(commit)]
    fresh = [commit for commit in fresh if not shelf.finds_copied(commit)]
    fresh = [commit for commit in fresh if not shelf.finds_squashed(commit)]
    # It is the last commits of a branch that are amended.
    fresh = [commit for commit in reversed(fresh) if not shelf.finds_rewritten(commit)][::-1]
    for commit in fresh:
        if not shelf.finds_merged(commit):
            shelf.add(commit)
    return tuple(shelf.works)


def place_piece(
    known: tuple[Work, ...], *, key: str, piece: int, minutes: int, listed: bool, arrival: Arrival, at: int
) -> tuple[Work, ...]:
    """Add a piece of a squash to the works known under its title: a copy of one of them, or a work of its own.

    Whose commit it was does not count, nor how old it is. Where GitHub `listed` the piece, the branch does not
    count either; in a squash by hand it must be work that can have been moved.
    """
    found: tuple[int, Sighting] | None = None
    for index, work in enumerate(known):
        commit = next((s for s in work.commits() if s.minutes == minutes), None)
        if commit is None or any(s.key == key for s in work.sightings):
            continue
        if listed or may_be_moved(work, arrival, at):
            found = found or (index, commit)
            if work.standing.minutes == minutes:
                found = index, commit
                break
    if found is None:
        return (*known, Work((), (), (sighted(key, minutes, arrival, at, piece=piece),)))
    index, commit = found
    seen = sighted(key, minutes, arrival, at, role=Role.COPY, of=commit.key, piece=piece)
    return (*known[:index], known[index].seen_as(seen), *known[index + 1 :])
