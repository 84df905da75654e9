"""The pieces of work in a real history, and each commit's message with the directives of those it holds.

The truth here knows nothing of the copy rule: a commit made again has its author, its author's date and its subject;
a squash holds the commits of its pull request; what names its source is a copy of it.
"""

import dataclasses
import datetime as dt
import itertools
import re
import zlib

from chalicelib.domain.directive import Skipped, Time, read
from cli.git.commit import Commit, Signature
from stories import message as written
from stories.staff import is_bot

AMOUNTS = {15: "15m", 20: "20m", 30: "30m", 45: "45m", 60: "1h", 90: "1h30m", 120: "2h", 180: "3h"}
_FAR = dt.date(2100, 1, 1)
_NUMBER = re.compile(r"\s*\(#([0-9]+)\)\s*$")
_PREFIX = re.compile(r"^\s*(?:\[[^\]]*\]\s*)+")
_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{40})\)")
_UNDOES = re.compile(r"This reverts commit ([0-9a-f]{40})")
_TRAILERS = re.compile(r"\n\n(?:[A-Z][A-Za-z-]+: .+\n?)+$")
_BULLET = re.compile(r"^\* (.+)$", re.MULTILINE)
_STEP_S = 2400


@dataclasses.dataclass(frozen=True)
class Told:
    """A commit's message with its directives, and the keys of the works in it."""

    message: str
    works: tuple = ()


class Works:
    """Tells the commits of a chronicle. `minutes` is the truth: what each piece of work took, by its key."""

    def __init__(self, chronicle):
        self._chronicle = chronicle
        self._told = {}
        self.minutes = {}
        self.squashes = 0
        self._subjects = {}
        for commit in chronicle.graph.commits.values():
            if len(commit.parents) < 2:
                self._subjects.setdefault(_moment(commit), set()).add(_plain(commit.subject))
        for sha in chronicle.mainline[chronicle.start :]:
            self._told[sha] = self._squash(chronicle.commit(sha))

    def told(self, commit):
        """Return how a commit is told."""
        sha = self._chronicle.rewritten.get(commit.id, commit.id)
        if self._told.get(sha) is None:
            self._told[sha] = self._alone(self._chronicle.commit(sha))
        return self._told[sha]

    def _alone(self, commit):
        if len(commit.parents) > 1 or is_bot(commit.author):
            return Told(commit.message)
        if (source := self._named(commit, _PICKED)) is not None:
            told = self.told(source)
            message = commit.message.replace(source.subject, told.message.partition("\n")[0].rstrip("\r"), 1)
            if told.works:
                return Told(message, told.works if message != commit.message else ())
        if commit.subject.startswith(("Revert ", "Reapply ")):
            undone = self._named(commit, _UNDOES)
            subject = undone and self.told(undone).message.partition("\n")[0].rstrip("\r")
            return Told(commit.message.replace(undone.subject, subject, 1) if subject else commit.message)
        return self._work(commit)

    def _work(self, commit):
        """Give a commit the directive of its work, if it can be read there and says without doubt whose it is."""
        moment = _moment(commit)
        if len(self._subjects.get(moment, ())) > 1:
            return Told(commit.message)
        key = f"{moment} {_plain(commit.subject)}"
        minutes = sorted(AMOUNTS)[zlib.crc32(key.encode()) % len(AMOUNTS)]
        message = _with_directive(commit, AMOUNTS[minutes])
        reading = read(message, today=_FAR)
        reading = reading.otherwise if isinstance(reading, Skipped) and reading.copy_of else reading
        if not isinstance(reading, Time) or reading.minutes != minutes:
            return Told(commit.message)
        self.minutes[key] = minutes
        return Told(message, (key,))

    def _squash(self, commit):
        """Tell a squash as GitHub would have written it from its branch; None for a commit that is none."""
        number = _NUMBER.search(commit.subject)
        if number is None or len(commit.parents) != 1 or is_bot(commit.author):
            return None
        mine = self._chronicle.pull_request(int(number[1]), base=commit.parents[0])
        bullets = [bullet.strip() for bullet in _BULLET.findall(commit.message)]
        if not mine and len(bullets) > 1 and int(number[1]) not in self._chronicle.heads:
            mine = self._make_branch(commit, int(number[1]), bullets)
        if not mine or commit.subject.startswith(("Revert ", "Reapply ")):
            return None
        self.squashes += 1
        told = [self.told(one) for one in mine]
        same = [_plain(one.subject) == _plain(commit.subject) for one in mine]
        named = next(itertools.compress(told, same), None)
        title = _NUMBER.sub("", named.message.partition("\n")[0] if named else commit.subject).rstrip()
        listed = {_plain(bullet) for bullet in bullets} & {_plain(one.subject) for one in mine}
        if not listed and (len(mine) > 1 or named is None):
            return Told(f"{title} (#{number[1]})", named.works if named and "[f:" in title else ())
        pairs = [(_name(one.author), t.message) for one, t in zip(mine, told, strict=True)]
        message = written.squash(pairs, author=_name(commit.author), title=title, number=number[1])
        return Told(message, tuple(dict.fromkeys(key for t in told for key in t.works)))

    def _make_branch(self, commit, number, bullets):
        """Make up the commits of a branch that is not known, from the squash's list of them."""
        made, parents = [], commit.parents
        paths = [*commit.added, *commit.removed, *commit.modified]
        for step, bullet in enumerate(bullets):
            at = commit.author.at - _STEP_S * (len(bullets) - step)
            author = Signature(commit.author.name, commit.author.email, at, commit.author.offset)
            sha = f"{zlib.crc32(f'{commit.id} {step}'.encode()):08x}{commit.id[8:]}"
            made.append(Commit(sha, commit.tree, parents, author, author, bullet, modified=tuple(paths[step % 3 :: 3])))
            parents = (sha,)
            self._subjects.setdefault(_moment(made[-1]), set()).add(_plain(bullet))
        self._chronicle.fork(f"pr-{number}", made)
        return made

    def _named(self, commit, pattern):
        sha = pattern.search(commit.message)
        source = self._chronicle.graph.commits.get(sha[1]) if sha else None
        return source if source and source.committer.at <= commit.committer.at and source.id != commit.id else None


def _moment(commit):
    return f"{commit.author.name} {commit.author.at}"


def _plain(subject):
    """Return a subject without what is added when a commit is made again: a number, a release, its capitals."""
    return _PREFIX.sub("", _NUMBER.sub("", subject)).strip().lower()


def _name(signature):
    return f"{signature.name} <{signature.email}>"


def _with_directive(commit, amount):
    """Write the time as this author does: at the end of the subject, or in a line of its own at the end."""
    if zlib.crc32(commit.author.name.encode()) % 5 == 0:
        gap = "\n" if _TRAILERS.search(commit.message) else "\n\n"
        return f"{commit.message}{gap}Time-Spent: {amount}"
    number = _NUMBER.search(commit.subject)
    end = number.start() if number else len(commit.subject.rstrip())
    return f"{commit.message[:end]} [f:{amount}]{commit.message[end:]}"
