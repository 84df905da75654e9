"""The commits of a repository in memory, and what a push brings: for tools that play thousands of pushes."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from cli.git.commit import Commit


class Graph:
    """Commits by id, each added after its parents. Answers as git does, in time linear in what lies between."""

    def __init__(self, commits: Iterable[Commit] = ()) -> None:
        self._commits: dict[str, Commit] = {}
        self._order: dict[str, int] = {}
        for commit in commits:
            self.add(commit)

    @property
    def commits(self) -> Mapping[str, Commit]:
        """Return all commits, by id."""
        return self._commits

    def add(self, commit: Commit) -> None:
        """Add a commit whose parents are there already, or never will be."""
        self._order.setdefault(commit.id, len(self._order))
        self._commits[commit.id] = commit

    def between(self, before: Iterable[str], after: str) -> list[Commit]:
        """Return what is reachable from `after` and from none of `before`, parents first."""
        excluded = {sha for sha in before if sha in self._order}
        wanted = {after} & self._order.keys()
        # Children come before their parents, so what is taken from the heap is known for good to be excluded or not.
        heap = [-self._order[sha] for sha in wanted | excluded]
        heapq.heapify(heap)
        names = {self._order[sha]: sha for sha in wanted | excluded}
        pending, found = len(wanted - excluded), []
        while heap and pending:
            number = -heapq.heappop(heap)
            sha = names.pop(number)
            is_out = sha in excluded
            if not is_out:
                pending -= 1
                found.append(self._commits[sha])
            for parent in self._commits[sha].parents:
                if parent not in self._order:
                    continue
                place = self._order[parent]
                if place not in names:
                    names[place] = parent
                    heapq.heappush(heap, -place)
                    pending += not is_out and parent not in excluded
                elif is_out and parent not in excluded:
                    pending -= 1
                if is_out:
                    excluded.add(parent)
        return found[::-1]

    def beyond(self, published: AbstractSet[str], after: str) -> list[Commit]:
        """Return what is reachable from `after` and not `published`, a set that holds all ancestors of its members."""
        found: set[str] = set()
        stack = [after]
        while stack:
            sha = stack.pop()
            if sha in self._order and sha not in published and sha not in found:
                found.add(sha)
                stack.extend(self._commits[sha].parents)
        return [self._commits[sha] for sha in sorted(found, key=self._order.__getitem__)]

    def is_ancestor(self, old: str, new: str) -> bool:
        """Tell whether `old` is `new` or one of its ancestors."""
        return old in self._order and not self.between([new], old)
