"""A repository's history: which commits a range holds, in which order, and where two lines meet. Pure."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from devstack.github.shape import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devstack.github.record import Commit


def ancestors(commits: Mapping[str, Commit], sha: str) -> set[str]:
    """Return the SHAs that are reachable from a commit, itself among them."""
    found: set[str] = set()
    ahead = [sha]
    while ahead:
        current = ahead.pop()
        if current not in found and current in commits:
            found.add(current)
            ahead.extend(commits[current].parents)
    return found


def merge_base(commits: Mapping[str, Commit], base: str, head: str) -> str | None:
    """Return the youngest of the best common ancestors; None when there is none."""
    common = ancestors(commits, base) & ancestors(commits, head)
    best = common - {parent for sha in common for parent in commits[sha].parents}
    return max(best, key=lambda sha: instant(commits[sha].committer_date), default=None)


def between(commits: Mapping[str, Commit], base: str, head: str) -> list[Commit]:
    """Return what is reachable from `head` and not from `base`, parents before children, oldest first."""
    wanted = ancestors(commits, head) - ancestors(commits, base)
    age = {sha: (instant(commits[sha].committer_date), rank) for rank, sha in enumerate(commits) if sha in wanted}
    waiting = {sha: len(wanted.intersection(commits[sha].parents)) for sha in wanted}
    children: dict[str, list[str]] = {sha: [] for sha in wanted}
    for sha in wanted:
        for parent in wanted.intersection(commits[sha].parents):
            children[parent].append(sha)
    ready = [(age[sha], sha) for sha, parents in waiting.items() if not parents]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, sha = heapq.heappop(ready)
        ordered.append(commits[sha])
        for child in children[sha]:
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(ready, (age[child], child))
    return ordered
