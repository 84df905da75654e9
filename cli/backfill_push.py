"""The history of a clone as the pushes that would have brought it: each commit once, oldest first, always the same."""

from __future__ import annotations

import hashlib
import heapq
import json
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from cli.git.payload import Update, build
from cli.git.repository import commits, these

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from cli.git.clone import Clone
    from cli.git.commit import Commit
    from cli.git.payload import Place

MOST_COMMITS = 2_000
"""How many commits one push brings. One of 2,048 would count as incomplete: GitHub leaves out what is beyond."""
MOST_LETTERS = 2_000_000
"""How much the messages and paths of one push may be together, if it has more than one commit: GitHub's cap of 25 MB
is far off (https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap)."""


@dataclass(frozen=True, slots=True)
class Push:
    """A push as GitHub would have told it: `raw` is the body, `delivery_id` follows from it."""

    branch: str
    commits: tuple[Commit, ...]
    raw: bytes

    @property
    def delivery_id(self) -> str:
        """Return the id: the same for the same commits, so that a second time is an exact redelivery."""
        return f"backfill-{hashlib.sha256(self.raw).hexdigest()[:16]}"


def history(clone: Clone, branches: Iterable[str], *, since: dt.date, until: dt.date) -> dict[str, list[Commit]]:
    """Return the commits of these dates, both included, by branch, parents first.

    The date is the committer's, in the offset of that clock. A commit on several branches is with the first of them.
    Raises GitFailed.
    """
    found: dict[str, list[Commit]] = {}
    earlier: list[str] = []
    for branch in branches:
        tip = clone.branches[branch]
        reached = commits(clone.path, [tip], without=earlier, paths=False)
        earlier.append(tip)
        wanted = [commit.id for commit in reached if since <= commit.committer.date <= until]
        # what a shallow clone ends with is compared with nothing: that all its files are new is not true
        whole = these(clone.path, wanted) if wanted else []
        found[branch] = [replace(c, added=()) if c.id in clone.boundary else c for c in whole]
    return found


def pushes(
    history: Mapping[str, Sequence[Commit]], *, place: Place, rewritten: AbstractSet[str] = frozenset()
) -> Iterator[Push]:
    """Cut the commits of all branches into pushes, in the order in which they were made.

    That order counts: whoever comes first of a commit and its copy on another branch is logged, with its person and
    date. Each push adds to its branch, but for those of commits that are `rewritten`.
    """
    for (branch, is_rewritten), run in groupby(_in_order(history), lambda pair: (pair[0], pair[1].id in rewritten)):
        for part in _parts(commit for _, commit in run):
            yield Push(branch, tuple(part), _body(branch, part, place, forced=is_rewritten))


def _in_order(history: Mapping[str, Sequence[Commit]]) -> Iterator[tuple[str, Commit]]:
    """Merge the branches by the committers' dates; within a branch parents stay first, whatever their clocks said."""
    heap = [(own[0].committer.at, number, 0, branch) for number, (branch, own) in enumerate(history.items()) if own]
    heapq.heapify(heap)
    while heap:
        _, number, place, branch = heap[0]
        own = history[branch]
        yield branch, own[place]
        if place + 1 < len(own):
            heapq.heapreplace(heap, (own[place + 1].committer.at, number, place + 1, branch))
        else:
            heapq.heappop(heap)


def _parts(run: Iterable[Commit]) -> Iterator[list[Commit]]:
    part: list[Commit] = []
    size = 0
    for commit in run:
        length = len(commit.message) + sum(map(len, (*commit.added, *commit.removed, *commit.modified)))
        if part and (len(part) == MOST_COMMITS or size + length > MOST_LETTERS):
            yield part
            part, size = [], 0
        part.append(commit)
        size += length
    if part:
        yield part


def _body(branch: str, part: Sequence[Commit], place: Place, *, forced: bool) -> bytes:
    """Tell a push of these commits, as early as there can have been one: when the last of them was made.

    It creates no branch, also where it is the first of one: what comes to a new branch may have lain elsewhere before.
    """
    first, head = part[0], part[-1]
    payload = build(
        Update(branch, first.parents[0] if first.parents else "0" * len(first.id), head.id, forced=forced),
        part,
        place=place,
        head=head,
        distinct={commit.id for commit in part},
        pushed_at=max(commit.committer.at for commit in part),
        pusher=head.committer,
    )
    return json.dumps({**payload, "created": False}, sort_keys=True).encode("ascii")
