"""One commit of a push: the draft it asks for, or the note that says why it is none."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.content import Content, Piece, files_of, number_in, title_of
from chalicelib.domain.directive import Malformed, Nothing, Rules, Skipped, Time, read
from chalicelib.domain.entry import Author, Draft, Note, commit_key, form_source_url

if TYPE_CHECKING:
    from chalicelib.sources.github_payload import PushAuthor, PushCommit

MAX_TEXT = 100
MAX_REASON = 300
MAX_URL = 1000
MAX_NAME = 200
MAX_ADDRESS = 320
"""An e-mail address has 64 + 1 + 255 characters at most (RFC 3696, erratum 1690)."""

MAX_REPOSITORY = 140
"""GitHub's owners have 39 characters at most, its repositories 100, all of them in ASCII, and it makes others `-`
(https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits)."""

_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)
_UNUSUAL = re.compile(r"[^A-Za-z0-9._/-]")
_URL = re.compile(r"https?://[!-~]+")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def read_commit(
    commit: PushCommit, *, repository: str, branch: str, rules: Rules, today: dt.date
) -> Draft | Note | None:
    """Return what a commit asks for; None if it holds no directive at all.

    `today` is the latest date that is not in the future. Without a `Noko-Date` the work is dated by the
    calendar of the commit's own offset. Whether a cherry-pick is a copy cannot be known here, nor whether what
    reads like a merge is one: they become drafts with `copy_of` and `is_merge`.
    """
    reading = read(commit.message, today=today, rules=rules)
    if not isinstance(reading, Skipped):
        return _read(commit, reading, repository=repository, branch=branch, today=today)
    otherwise = reading.otherwise
    if otherwise is None or (reading.is_merge and isinstance(otherwise, Malformed)):
        return _note(commit, "skipped", reading.reason)
    found = _read(commit, otherwise, repository=repository, branch=branch, today=today)
    if not isinstance(found, Draft):
        return found
    return replace(found, copy_of=reading.copy_of, is_merge=reading.is_merge)


def _read(
    commit: PushCommit, reading: Time | Nothing | Malformed, *, repository: str, branch: str, today: dt.date
) -> Draft | Note | None:
    match reading:
        case Nothing():
            return None
        case Malformed(text=text, reason=reason):
            return _note(commit, "malformed", reason, text)
        case Time():
            return _draft(commit, reading, repository=repository, branch=branch, today=today)
        case _:
            assert_never(reading)


def _draft(commit: PushCommit, time: Time, *, repository: str, branch: str, today: dt.date) -> Draft | Note:
    moment = _moment(commit.timestamp)
    if moment is None:
        reason = "the commit's timestamp is missing or not a date and time with an offset since 1970"
        return _note(commit, "malformed", reason, commit.timestamp if isinstance(commit.timestamp, str) else None)
    date = time.date or moment.date()
    if date > today:
        return _note(commit, "malformed", "the commit's date is in the future", moment.isoformat())
    key = commit_key(commit.id)
    return Draft(
        key=key,
        minutes=time.minutes,
        date=date,
        description=time.description or f"{_plain(repository).rpartition('/')[2]}@{commit.id[:7]}",
        source_url=_source_url(commit, key=key, repository=repository),
        author=_author(commit.author),
        repository=repository,
        branch=branch,
        worked_at=(moment - _EPOCH) // _MILLISECOND,
        project=time.project,
        content=_content(commit, time, repository),
    )


def _content(commit: PushCommit, time: Time, repository: str) -> Content:
    pieces = (
        Piece(part.minutes, tuple(dict.fromkeys(title_of(repository, text) for text in part.descriptions)))
        for part in time.parts
    )
    return Content(
        title=title_of(repository, time.description),
        files=files_of(_names(commit.added), _names(commit.removed), _names(commit.modified)),
        number=number_in(time.description),
        dated=time.date is not None,
        pieces=tuple(pieces),
        listed=time.listed,
    )


def _names(files: object) -> list[str]:
    return [name for name in files if isinstance(name, str)] if isinstance(files, list) else []


def _moment(timestamp: object) -> dt.datetime | None:
    """Read a timestamp; None unless it has GitHub's form and lies in or after 1970.

    The form is checked first: `fromisoformat` reads weeks, ordinal days and bare dates as well.
    """
    if not isinstance(timestamp, str) or _TIMESTAMP.fullmatch(timestamp) is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(timestamp)
    except ValueError:  # the 31st of February, an hour 25, an offset of a day
        return None
    return moment if moment.year >= _EPOCH.year else None


def _source_url(commit: PushCommit, *, key: str, repository: str) -> str:
    """Return a URL that no other commit has: entries are found again in Noko by it. It is never fetched."""
    url = commit.url
    if not isinstance(url, str) or len(url) > MAX_URL or _URL.fullmatch(url) is None:
        return f"https://github.com/{_plain(repository)}/commit/{commit.id}"
    return url if commit.id in url.lower() else form_source_url(url, key)


def _plain(repository: str) -> str:
    """Return a repository's name in GitHub's characters and length: a `#` would make a tag, a line end a line."""
    return _UNUSUAL.sub("-", repository)[:MAX_REPOSITORY]


def _author(author: PushAuthor | None) -> Author:
    if author is None:
        return Author()
    name = None if author.name is None else _bounded(author.name, MAX_NAME)
    return Author(name=name or None, email=_identity(author.email), login=_identity(author.username))


def _identity(text: str | None) -> str | None:
    """Return an address or login; None for a longer one, since cut short it would be somebody else's."""
    return text if text and len(text) <= MAX_ADDRESS else None


def _note(commit: PushCommit, kind: str, reason: str, text: str | None = None) -> Note:
    shown = None if text is None else _bounded(text, MAX_TEXT)
    author = _author(commit.author)
    who = author.email or author.login or author.name
    return Note(subject=commit.id, kind=kind, reason=_bounded(reason, MAX_REASON), text=shown, who=who)


def _bounded(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
