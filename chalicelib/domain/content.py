"""What a commit is about, apart from its SHA: by this its rewritten copies are known."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"\s*\(GH-[0-9]{1,10}\)")
"""The number of a pull request, which GitHub appends to the title of a squash; a description holds it as `GH-`."""
_RELEASE = re.compile(r"\[(?:backport )?v?[0-9]{1,4}(?:\.(?:[0-9]{1,4}|x)){1,3}\]\s*", re.IGNORECASE)
"""The release that bots put before the title of a backport, as in `[7.1.x] Fix it`."""
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a squash: the minutes of one earlier commit, and the titles it may have had."""

    minutes: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The fingerprint of a commit. `title` and `files` are 32 hex digits each; copies have the same of both.

    `number` is the pull request that the description names, `dated` tells that its author wrote a date.
    `pieces` are the messages that a squash is made of, none for an ordinary commit; `listed` tells that GitHub
    listed them, so that each is a commit of a branch whose text it is.
    """

    title: str
    files: str
    number: str | None = None
    dated: bool = False
    pieces: tuple[Piece, ...] = ()
    listed: bool = False


def title_of(repository: str, description: str) -> str:
    """Return the fingerprint of a description in a repository.

    Neither the number of a pull request nor the release that a backport is for counts.
    """
    backported = _RELEASE.match(description)
    title = description[backported.end() :] if backported else description
    return _digest((repository.lower(), without_number(title)))


def without_number(description: str) -> str:
    """Return a description as it was before GitHub appended the number of a pull request."""
    return _NUMBER.sub("", description)


def number_in(description: str) -> str | None:
    """Return the number of a pull request that a description names as GitHub does, the last if there are several."""
    numbers = _NUMBER.findall(description)
    return numbers[-1].strip() if numbers else None


def files_of(added: Iterable[str], removed: Iterable[str], modified: Iterable[str]) -> str:
    """Return the fingerprint of the lists of files a commit touched, whatever their order."""
    lists = (("+", added), ("-", removed), ("*", modified))
    return _digest(f"{sign}{name}" for sign, names in lists for name in sorted(set(names)))


def _digest(parts: Iterable[str]) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:_LENGTH]
