"""What GitHub's API knows of one commit, beyond what a push said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.domain.entry import Author


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """One commit. `authored_at` and `committed_at` are milliseconds; SHAs are full and in lower case.

    `added`, `removed` and `modified` are paths, sorted; a renamed file is removed under its old name and added
    under its new one. They are empty and `has_files` is False where GitHub lists no files: in a comparison.
    `is_complete` is False when it left some out: it lists 3,000 files of a commit at most
    (https://docs.github.com/en/rest/commits/commits#get-a-commit). Of a merge, the files are those that differ
    from its first parent.

    Git keeps each instant with the offset of its author's clock; GitHub's API gives both instants in UTC, so that
    the offset is not to be had here. Whoever needs a calendar date has to name a time zone.
    """

    sha: str
    parents: tuple[str, ...]
    authored_at: int
    committed_at: int
    message: str
    author: Author
    committer: Author
    url: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    has_files: bool = False
    is_complete: bool = True

    def authored_date(self, timezone: str) -> dt.date:
        """Return the calendar date of the author's instant in a time zone, an IANA name."""
        return dt.datetime.fromtimestamp(self.authored_at / 1000, ZoneInfo(timezone)).date()
