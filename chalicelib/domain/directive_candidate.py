"""A candidate: a place in a commit message that looks like a time directive, and what it says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.duration import Limits, Unreadable, parse, shorten

if TYPE_CHECKING:
    from chalicelib.domain.directive_mask import Span

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_LAST = re.compile(rf"(?:.*\s)?({_DATE.pattern})\s*")


class Kind(StrEnum):
    """A way of writing time. Different ones in one message must agree."""

    NOKO = "noko"
    TRAILER = "trailer"
    SPEND = "spend"
    JIRA = "jira"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a directive says. `date` is None where it names none."""

    minutes: int
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a directive stands, what goes with it from the description, and what it says.

    `piece` is the directive as written. `comment` is where the description finds more to append.
    """

    kind: Kind
    span: Span
    piece: str
    says: Amount | Unreadable
    comment: Span | None = None

    @property
    def command(self) -> Span:
        """Where the directive itself stands, without its comment."""
        return self.span if self.comment is None else (self.span[0], self.comment[0])


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece of a message that cannot be done as it stands, and why."""

    piece: str
    reason: str


def read_amount(text: str, limits: Limits, *, bare: bool) -> Amount | Unreadable:
    """Read a duration with an optional date after it. `bare` as in `duration.parse`."""
    dated = _DATE_LAST.fullmatch(text)
    date = read_date(dated[1]) if dated else None
    if isinstance(date, Unreadable):
        return date
    minutes = parse(text[: dated.start(1)] if dated else text, limits, bare=bare)
    return minutes if isinstance(minutes, Unreadable) else Amount(minutes, date)


def read_date(text: str) -> dt.date | Unreadable:
    """Read a calendar date, written YYYY-MM-DD and in no other form."""
    if _DATE.fullmatch(text) is None:
        return Unreadable(f"cannot read the date '{shorten(text)}': write YYYY-MM-DD")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return Unreadable(f"no such date: '{text}'")
