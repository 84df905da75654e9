"""A commit in GitHub's answers, and the facts in it.

Shape: https://docs.github.com/en/rest/commits/commits#get-a-commit
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from chalicelib.domain.commit_facts import CommitFacts
from chalicelib.domain.entry import Author
from chalicelib.github.models import Lenient

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILES = 3000
"""GitHub lists no more files of one commit."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


class _Signature(Lenient):
    name: str | None = None
    email: str | None = None
    date: dt.datetime | None = None


class _Content(Lenient):
    message: str = ""
    author: _Signature | None = None
    committer: _Signature | None = None


class _Account(Lenient):
    login: str | None = None


class _Parent(Lenient):
    sha: str


class _File(Lenient):
    filename: str
    status: str = "modified"
    previous_filename: str | None = None


class CommitAnswer(Lenient):
    """One commit. `files` is None where GitHub lists none; `author` and `committer` are accounts, if it knows any."""

    sha: str
    html_url: str | None = None
    commit: _Content
    author: _Account | None = None
    committer: _Account | None = None
    parents: tuple[_Parent, ...] = ()
    files: tuple[_File, ...] | None = None


class Comparison(Lenient):
    """The commits of one page of a comparison."""

    commits: list[CommitAnswer]


def facts(answer: CommitAnswer, files: Sequence[_File] | None = None) -> CommitFacts:
    """Return the facts in an answer; `files` are those of all its pages, None where there are none to have."""
    added, removed, modified = _sorted(files or ())
    author, committer = answer.commit.author, answer.commit.committer
    return CommitFacts(
        sha=answer.sha.lower(),
        parents=tuple(parent.sha.lower() for parent in answer.parents),
        authored_at=_instant(author or committer),
        committed_at=_instant(committer or author),
        message=answer.commit.message,
        author=_person(author, answer.author),
        committer=_person(committer, answer.committer),
        url=answer.html_url,
        added=added,
        removed=removed,
        modified=modified,
        has_files=files is not None,
        is_complete=files is None or len(files) < MAX_FILES,
    )


def _sorted(files: Sequence[_File]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return what is new, gone and changed: of GitHub's statuses, a renamed file is both of the first."""
    added = {file.filename for file in files if file.status in {"added", "copied", "renamed"}}
    removed = {file.filename for file in files if file.status == "removed"}
    removed |= {file.previous_filename for file in files if file.status == "renamed" and file.previous_filename}
    modified = {file.filename for file in files if file.status in {"modified", "changed"}}
    return tuple(sorted(added)), tuple(sorted(removed)), tuple(sorted(modified))


def _instant(signature: _Signature | None) -> int:
    """Return milliseconds; a commit without a date, which only tampering makes, is as old as can be."""
    date = signature.date if signature else None
    if date is None:
        return 0
    return ((date if date.tzinfo else date.replace(tzinfo=dt.UTC)) - _EPOCH) // _MILLISECOND


def _person(signature: _Signature | None, account: _Account | None) -> Author:
    login = account.login if account else None
    return Author(signature.name, signature.email, login) if signature else Author(login=login)
