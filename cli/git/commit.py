"""One commit as a value, and how it is read from what `git log` prints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG_FORMAT = (
    "-z",
    "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B%x00",
    "--date=raw",
    "--encoding=UTF-8",
    "--no-color",
    "--no-show-signature",
)
"""How `git log` must print for `parse_log`. No field can hold a NUL: git cuts or refuses such objects and paths."""
LOG_PATHS = ("--name-status", "--no-renames", "--no-ext-diff", "--diff-merges=first-parent", "--root")
"""How it must print the paths as well. Only trees are compared: no file's contents are needed."""

_FIELDS = 10
_STATUSES = frozenset("AMDTUX")
_LATEST = 253_402_300_799 - 86_400
"""A day before the year 10000, which no date can be written in."""
_MOST_OFFSET = 24 * 60


@dataclass(frozen=True, slots=True)
class Signature:
    """Who, and when: seconds since 1970, and the minutes by which the clock there was ahead of UTC."""

    name: str
    email: str
    at: int
    offset: int = 0

    @property
    def iso(self) -> str:
        """Write the instant as GitHub does: in its own offset, `Z` for none."""
        moment = dt.datetime.fromtimestamp(self.at, dt.timezone(dt.timedelta(minutes=self.offset)))
        return moment.isoformat().replace("+00:00", "Z")

    @property
    def date(self) -> dt.date:
        """Return the calendar date of the instant, in its own offset."""
        return dt.date.fromisoformat(self.iso[:10])


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit. The paths are those changed against its first parent; a rename is one removed and one added."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Return the first line of the message."""
        return self.message.partition("\n")[0].rstrip("\r")


def parse_log(printed: bytes) -> Iterator[Commit]:
    """Read the output of `git log` with `LOG_FORMAT`, and `LOG_PATHS` or not, in its order.

    After a commit's fields come pairs of a status and a path. A status is one letter and an id is not, so
    that no path, whatever its name, is taken for the next commit. What is no UTF-8 becomes U+FFFD.
    """
    pieces = iter(printed.decode("utf-8", "replace").split("\0"))
    commit: list[str] = []
    paths: dict[str, list[str]] = {}
    for piece in pieces:
        word = piece.removeprefix("\n")
        if word in _STATUSES:
            paths.setdefault(word, []).append(next(pieces))
        elif word:
            if commit:
                yield _commit(commit, paths)
            commit, paths = [word, *(next(pieces) for _ in range(_FIELDS - 1))], {}
    if commit:
        yield _commit(commit, paths)


def _commit(fields: list[str], paths: dict[str, list[str]]) -> Commit:
    sha, tree, parents, name, email, date, by, by_email, committed, message = fields
    return Commit(
        id=sha,
        tree=tree,
        parents=tuple(parents.split()),
        author=_signature(name, email, date),
        committer=_signature(by, by_email, committed),
        message=message.rstrip("\n"),
        added=tuple(paths.get("A", ())),
        removed=tuple(paths.get("D", ())),
        modified=(*paths.get("M", ()), *paths.get("T", ())),
    )


def _signature(name: str, email: str, date: str) -> Signature:
    """Read a raw date, `1782813600 +0200`; what no calendar has, as old imports do, is brought near it."""
    seconds, _, zone = date.partition(" ")
    at = int(seconds or 0)
    offset = int(zone[1:3] or 0) * 60 + int(zone[3:] or 0) if zone[1:].isdecimal() else 0
    offset = offset if offset < _MOST_OFFSET else 0
    return Signature(name, email, min(max(at, 0), _LATEST), -offset if zone.startswith("-") else offset)
