"""The pushes that a real history must have come of, in their order: branches of pull requests, releases, the main one.

What git keeps is the result. A merge, a squash or a commit on the main line was pushed when it was committed; a
pull request's branch in as many pushes as there are pauses of half an hour between its commits. Of every third
such branch an earlier version, with other SHAs and dates, is pushed first, which the real one then replaces.
"""

import dataclasses
import hashlib
import itertools

from cli.git.command import git
from cli.git.payload import Place, Update, build
from cli.git.repository import NOTHING, commits, refs
from devstack.git.graph import Graph

_PAUSE_S = 1800
_EARLIER_S = 3600
_MOST_COMMITS = 250


@dataclasses.dataclass(frozen=True, order=True)
class Move:
    """A branch moved, at an instant in seconds; of two in one second the main line is the later."""

    at: int
    rank: int
    branch: str
    after: str


class Chronicle:
    """The last commits of a repository, `last` of them or so, as GitHub would have told of them one by one."""

    def __init__(self, repo, *, full_name, last):
        self.branches = refs(repo)
        self.default = git(repo, "symbolic-ref", "--short", "HEAD").decode().strip()
        self.place = Place(full_name, self.default)
        pulls = refs(repo, "refs/pull/")
        self.heads = {int(name.split("/")[0]): sha for name, sha in pulls.items() if name.endswith("/head")}
        everything = commits(repo, [*self.branches.values(), *self.heads.values()])
        self.graph = Graph(everything)
        self.mainline = self._line(self.branches[self.default])
        self.on_mainline = {sha: number for number, sha in enumerate(self.mainline)}
        self._times = list(itertools.accumulate((self.commit(sha).committer.at for sha in self.mainline), max))
        self.since = sorted(commit.committer.at for commit in everything)[-min(last, len(everything))]
        self.start = next(number for number, at in enumerate(self._times) if number and at >= self.since)
        self.forks = {}
        self.rewritten = {}

    def commit(self, sha):
        return self.graph.commits[sha]

    def pull_request(self, number, *, base):
        """Return the commits of a pull request's branch that `base` has not, without merges; nothing if unknown."""
        head = self.heads.get(number)
        if head is None or head in self.on_mainline:
            return []
        found = self.graph.between([base], head)
        return [] if len(found) > _MOST_COMMITS else [commit for commit in found if len(commit.parents) < 2]

    def moves(self):
        """Return all that moved since the start, in order."""
        found = [Move(at, 2, self.default, sha) for at, sha in self._main_moves()]
        for name, sha in self.branches.items():
            if name != self.default:
                found += self._release_moves(name, sha)
        for number in self.heads:
            found += self._pull_moves(number)
        for branch, chain in self.forks.items():
            found += self._groups(branch, chain)
        return sorted(found)

    def payloads(self, tell):
        """Yield (instant in seconds, payload) of each move. `tell` gives a commit the message it is told with."""
        remote = {self.default: self.mainline[self.start - 1]}
        published = {commit.id for commit in self.graph.between([], remote[self.default])}
        for move in self.moves():
            before = remote.get(move.branch, NOTHING)
            if before == move.after:
                continue
            is_new = before == NOTHING
            new = self.graph.beyond(published, move.after) if is_new else self.graph.between([before], move.after)
            forced = not is_new and not self.graph.is_ancestor(before, move.after)
            update = Update(move.branch, before, move.after, forced=forced)
            distinct = {commit.id for commit in new} - published
            remote[move.branch] = move.after
            published |= distinct
            told = [dataclasses.replace(commit, message=tell(commit)) for commit in new]
            head = self.commit(move.after)
            at = max([move.at, *(commit.committer.at for commit in new)])
            yield (
                at,
                build(
                    update,
                    told,
                    place=self.place,
                    head=dataclasses.replace(head, message=tell(head)),
                    distinct=distinct,
                    pushed_at=at,
                    pusher=head.committer,
                ),
            )

    def fork(self, branch, made):
        """Have a branch of made-up commits pushed, each parent of the next, as their dates say."""
        for commit in made:
            self.graph.add(commit)
        self.forks[branch] = made

    def tip_before(self, at):
        """Return where the main line was before an instant."""
        number = next((n for n in range(len(self._times) - 1, -1, -1) if self._times[n] < at), 0)
        return self.mainline[number]

    def _main_moves(self):
        """Commits of one second that GitHub did not make itself came in one push: a rebase dates all of them alike."""
        for number in range(self.start, len(self.mainline)):
            last = number + 1 == len(self.mainline)
            if last or self._times[number + 1] - self._times[number] > 1 or self._is_github(number + 1):
                yield self._times[number], self.mainline[number]

    def _is_github(self, number):
        return self.commit(self.mainline[number]).committer.name == "GitHub"

    def _release_moves(self, name, sha):
        line = list(itertools.takewhile(lambda c: c not in self.on_mainline, reversed(self._line(sha))))[::-1]
        recent = [sha for sha in line if self.commit(sha).committer.at >= self.since]
        if not recent or len(line) > len(self.mainline) / 2:
            return
        times = itertools.accumulate((self.commit(sha).committer.at for sha in recent), max)
        parent = self.commit(recent[0]).parents[:1]
        moves = [Move(at, 1, name, sha) for at, sha in zip(times, recent, strict=True)]
        if parent and parent[0] in self.graph.commits:
            yield Move(max(moves[0].at - 1, self.since), 1, name, parent[0])
        yield from moves

    def _pull_moves(self, number):
        head = self.commit(self.heads[number])
        if head.committer.at < self.since or head.id in self.on_mainline:
            return
        found = self.graph.between([self.tip_before(head.committer.at)], head.id)
        if not found or len(found) > _MOST_COMMITS:
            return
        theirs = {commit.id for commit in found}
        line = [self.commit(sha) for sha in self._line(head.id, within=theirs)]
        branch = f"pr-{number}"
        if number % 3 == 0 and len(line) == len(found):
            earlier = self._earlier(line)
            yield from self._groups(branch, earlier)
            yield Move(max(commit.committer.at for commit in line) + 1, 0, branch, head.id)
        else:
            yield from self._groups(branch, line)

    def _earlier(self, line):
        parents, made = line[0].parents, []
        for commit in line:
            sha = hashlib.sha1(f"earlier {commit.id}".encode()).hexdigest()
            committer = dataclasses.replace(commit.committer, at=commit.committer.at - _EARLIER_S)
            made.append(dataclasses.replace(commit, id=sha, parents=parents, committer=committer))
            self.graph.add(made[-1])
            self.rewritten[sha] = commit.id
            parents = (sha,)
        return made

    @staticmethod
    def _groups(branch, line):
        latest = 0
        for commit, following in itertools.zip_longest(line, line[1:]):
            latest = max(latest, commit.committer.at)
            if following is None or following.committer.at - latest > _PAUSE_S:
                yield Move(latest, 0, branch, commit.id)

    def _line(self, sha, *, within=None):
        line = []
        while sha in self.graph.commits and (within is None or sha in within):
            line.append(sha)
            sha = next(iter(self.commit(sha).parents), None)
        return line[::-1]
