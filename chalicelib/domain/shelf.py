"""The works under one title while one push is judged."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from chalicelib.domain.work import Role, Sighting, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.domain.arrival import Arrival

_BOTH = (True, False)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A commit to be judged. For its fields see `Sighting` and `Work`; a squash is never an amendment.

    What GitHub `listed` as the squash of one pull request is one work, wherever it comes again.
    """

    key: str
    minutes: int
    files: str
    who: tuple[str, ...]
    number: str | None = None
    listed: bool = False
    authored_at: int | None = None
    is_squash: bool = False


class Shelf:
    """The works under one title while one push is judged. Each work takes in one commit of the push at most."""

    def __init__(self, known: tuple[Work, ...], arrival: Arrival, at: int) -> None:
        self.works = list(known)
        self._arrival = arrival
        self._at = at
        self._seen = {s.key: (index, s) for index, work in enumerate(known) for s in work.commits()}
        self._taken: set[int] = set()
        self._alike: dict[tuple[str, str, int, bool], deque[int]] = defaultdict(deque)
        self._rewritten: dict[tuple[str, str], deque[int]] = defaultdict(deque)
        self._dated: dict[int, deque[int]] = defaultdict(deque)
        self._listed: dict[str, deque[int]] = defaultdict(deque)
        self._unmerged: dict[tuple[int, bool], deque[int]] = defaultdict(deque)
        self._merged: dict[tuple[int, bool], deque[int]] = defaultdict(deque)
        self._pieces: dict[int, deque[int]] = defaultdict(deque)
        for index, work in enumerate(known):
            self._arrange(index, work)

    def _arrange(self, index: int, work: Work) -> None:
        if any(s.push == self._arrival.name for s in work.commits()):
            return
        if work.is_piece:
            first = work.sightings[0]
            if first.at >= self._at and first.push != self._arrival.name:
                self._pieces[first.minutes].append(index)
            return
        if may_be_moved(work, self._arrival, self._at):
            self._arrange_moved(index, work)
        for instant in {s.authored_at for s in work.commits() if s.authored_at is not None}:
            self._dated[instant].append(index)
        for number in {s.number for s in work.commits() if s.number is not None and s.listed}:
            self._listed[number].append(index)

    def _arrange_moved(self, index: int, work: Work) -> None:
        """Arrange a work by the minutes of its copies, and by whether those are the ones that hold."""
        is_here = work.is_on(self._arrival.branch)
        is_unmerged = not is_here and all(s.number is None for s in work.commits())
        is_merged = not is_here and all(s.number is not None and s.at >= self._at for s in work.commits())
        stands = work.standing.minutes
        for minutes in self._amounts(work):
            for files, who in product(work.files, work.who):
                self._alike[files, who, minutes, minutes == stands].append(index)
            if is_unmerged or is_merged:
                (self._unmerged if is_unmerged else self._merged)[minutes, minutes == stands].append(index)
        for files, who in product(work.files, work.who) if is_here else ():
            self._rewritten[files, who].appendleft(index)

    def recognises(self, commit: Newcomer) -> bool:
        """Tell whether a commit is known by its SHA, and note the branch it is on now as well."""
        if commit.key not in self._seen:
            return False
        index, before = self._seen[commit.key]
        self._taken.add(index)
        work = self.works[index]
        if not any(s.key == commit.key and s.branch == self._arrival.branch for s in work.commits()):
            self.works[index] = work.seen_as(self._seen_now(commit, before.role, before.of))
        return True

    def finds_copied(self, commit: Newcomer) -> bool:
        """Take a commit for a copy of a work of equal minutes, if there is one that can be meant."""

        def is_it(work: Work) -> bool:
            return work.is_by(commit.who) and commit.minutes in self._amounts(work)

        index = None
        if commit.authored_at is not None:
            index = self._take(is_it, self._dated[commit.authored_at])
        if index is None and commit.number is not None and commit.listed:
            index = self._take(is_it, self._listed[commit.number])
        if index is None:
            alike = (self._alike[commit.files, who, commit.minutes, stands] for stands in _BOTH for who in commit.who)
            index = self._take(lambda work: not _other_date(work, commit), *alike)
        if index is None:
            return False
        self._absorb_copy(index, commit)
        return True

    def finds_squashed(self, commit: Newcomer) -> bool:
        """Take a commit for a piece of a squash that was pushed later, and opened before."""
        index = self._take(lambda _: True, self._pieces[commit.minutes])
        if index is None:
            return False
        self._absorb(index, commit, Role.COPY, self.works[index].sightings[0].key)
        return True

    def finds_rewritten(self, commit: Newcomer) -> bool:
        """Take a commit for an amendment of a work on this branch, or for what was amended by a later push."""

        def is_it(work: Work) -> bool:
            is_other = _other_date(work, commit) or work.standing.is_squash
            return not is_other and (self._arrival.forced or self._amended_later(work))

        def is_it_here(work: Work) -> bool:
            here = work.is_on(self._arrival.branch) and may_be_moved(work, self._arrival, self._at)
            return here and work.is_by(commit.who) and is_it(work)

        if commit.is_squash:
            return False
        index = None if commit.authored_at is None else self._take(is_it_here, self._dated[commit.authored_at])
        if index is None:
            index = self._take(is_it, *(self._rewritten[commit.files, who] for who in commit.who))
        if index is None:
            return False
        standing = self.works[index].standing
        role = Role.AMENDS if standing.at <= self._at and self._arrival.forced else Role.SUPERSEDED
        self._absorb(index, commit, role, standing.key)
        return True

    def finds_merged(self, commit: Newcomer) -> bool:
        """Take a commit with the number of a pull request for what GitHub made of one without, or the reverse.

        The pull request may have had other commits as well, and been opened by somebody else: neither the files nor
        the author need be the same.
        """
        lane = self._merged if commit.number is None else self._unmerged
        both = (lane[commit.minutes, stands] for stands in _BOTH)
        index = self._take(lambda work: work.standing.is_squash is commit.is_squash, *both)
        if index is None:
            return False
        self._absorb_copy(index, commit)
        return True

    def add(self, commit: Newcomer) -> None:
        """Take a commit for new work."""
        self.works.append(Work((commit.files,), commit.who, (self._seen_now(commit, Role.OWN, None),)))
        self._seen[commit.key] = (len(self.works) - 1, self.works[-1].sightings[0])

    def _amounts(self, work: Work) -> set[int]:
        """Return the minutes of a copy: on a branch that is rewritten those that hold, elsewhere those of any."""
        if self._arrival.forced and work.is_on(self._arrival.branch):
            return {work.standing.minutes}
        return {s.minutes for s in work.commits()}

    def _amended_later(self, work: Work) -> bool:
        return any(s.forced and s.at > self._at and s.branch == self._arrival.branch for s in work.commits())

    def _take(self, suits: Callable[[Work], bool], *lanes: deque[int]) -> int | None:
        for indexes in lanes:
            while indexes and indexes[0] in self._taken:
                indexes.popleft()
            for index in indexes:
                if index not in self._taken and suits(self.works[index]):
                    return index
        return None

    def _absorb_copy(self, index: int, commit: Newcomer) -> None:
        of = next(s for s in self.works[index].commits() if s.minutes == commit.minutes)
        self._absorb(index, commit, Role.COPY, of.key)

    def _absorb(self, index: int, commit: Newcomer, role: Role, of: str) -> None:
        seen = self._seen_now(commit, role, of)
        work = self.works[index].seen_as(seen)
        files, who = _union(work.files, (commit.files,)), _union(work.who, commit.who)
        self.works[index] = replace(work, files=files, who=who)
        self._taken.add(index)
        self._seen[commit.key] = (index, seen)

    def _seen_now(self, commit: Newcomer, role: Role, of: str | None) -> Sighting:
        seen = sighted(commit.key, commit.minutes, self._arrival, self._at, role=role, of=of)
        number, listed, is_squash = commit.number, commit.listed, commit.is_squash
        return replace(seen, authored_at=commit.authored_at, number=number, listed=listed, is_squash=is_squash)


def may_be_moved(work: Work, arrival: Arrival, at: int) -> bool:
    """Tell whether a push can have brought this work from elsewhere, or another push from here.

    A branch that holds it already can only if the later of the two pushes rewrote the branch, or made it anew.
    Pushes are told apart by the second, and of two in one second one that makes the branch was the first.
    """
    here = (s for s in work.commits() if s.branch == arrival.branch)
    return all(
        (s.forced and s.at >= at)
        or (s.created and s.at > at)
        or (arrival.forced and at >= s.at)
        or (arrival.created and at > s.at)
        for s in here
    )


def _other_date(work: Work, commit: Newcomer) -> bool:
    """Tell whether the authors' dates say that these are two works.

    They say nothing where one of the two is GitHub's squash, which is authored when it is merged.
    """
    dates = {s.authored_at for s in work.commits() if s.authored_at is not None and s.number == commit.number}
    return commit.authored_at is not None and bool(dates) and commit.authored_at not in dates


def _union(names: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *more)))


def sighted(
    key: str,
    minutes: int,
    arrival: Arrival,
    at: int,
    *,
    role: Role = Role.OWN,
    of: str | None = None,
    piece: int | None = None,
) -> Sighting:
    """Return what a push shows of a commit, or of a piece of one."""
    return Sighting(
        key=key,
        push=arrival.name,
        at=at,
        branch=arrival.branch,
        minutes=minutes,
        forced=arrival.forced,
        created=arrival.created,
        role=role,
        of=of,
        piece=piece,
    )
