"""Which entries a policy means: pure, from what Noko lists and the ledger knows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.domain.routing_table import Approval

OURS = "ours"
DUE = "due"
"""The `approved_at` of a policy whose entries show when the run was due."""


class Why(StrEnum):
    """Why an entry that a policy means is not approved by its run; the last two, why it is not taken back."""

    ARCHIVED_PROJECT = "archived_project"
    IN_DOUBT = "in_doubt"
    NOT_PERMITTED = "not_permitted"
    REFUSED = "refused"
    APPROVED_ELSEWHERE = "approved_elsewhere"
    GONE = "gone"
    CHANGED = "changed"
    INVOICED = "invoiced"


HARMLESS = frozenset({Why.APPROVED_ELSEWHERE, Why.GONE})
"""Where somebody else has seen to it, so that nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as Noko lists it; `person` and `project` are names for people, `tags` lower case without `#`.

    `approved_at` and `updated_at` are in milliseconds, of whole seconds; `approved_by` is the id of a user.
    """

    noko_id: int
    date: dt.date
    minutes: int = 0
    user_id: int | None = None
    person: str = ""
    project_id: int | None = None
    project: str = ""
    is_archived: bool = False
    tags: frozenset[str] = frozenset()
    billable: bool | None = None
    description: str = ""
    source_url: str | None = None
    approved_at: int | None = None
    approved_by: int | None = None
    is_approved: bool = False
    is_invoiced: bool = False
    updated_at: int | None = None

    @property
    def place(self) -> Place:
        """Where it stands in the order in which entries are approved: the oldest first."""
        return self.date, self.noko_id


Place = tuple[dt.date, int]


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that a policy means and its run did not approve: why, and a sentence that names what it is about."""

    noko_id: int
    why: Why
    says: str


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of the entries that a run looks at, both included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Named:
    """What the names of a policy mean in Noko, as ids; None for all. `problems` tells of those that mean nothing."""

    projects: frozenset[int] | None = None
    people: frozenset[int] | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether no entry can be meant; an empty filter would list everything."""
        return self.projects == frozenset() or self.people == frozenset()


def span(policy: Approval, *, at: int, timezone: str) -> Span:
    """Return the dates that are old enough, and not too old, at an instant (ms): ages count in days of the zone."""
    today = dt.datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).date()
    return Span(today - dt.timedelta(days=policy.lookback_days), today - dt.timedelta(days=policy.older_than_days))


def is_meant(entry: Candidate, policy: Approval, *, named: Named, dates: Span) -> bool:
    """Tell whether a policy means an entry, whoever logged it.

    Everything is looked at, also what Noko was asked to filter by: of a filter that it did not understand, nobody
    would hear.
    """
    return (
        not entry.is_approved
        and dates.first <= entry.date <= dates.last
        and (named.projects is None or entry.project_id in named.projects)
        and (named.people is None or entry.user_id in named.people)
        and (policy.tags is None or not entry.tags.isdisjoint(map(bare, policy.tags)))
        and entry.tags.isdisjoint(map(bare, policy.without_tags))
        and (policy.billable is None or entry.billable is policy.billable)
        and (policy.max_minutes is None or entry.minutes <= policy.max_minutes)
        and (not policy.require_description or bool(entry.description.strip()))
    )


def bare(tag: str) -> str:
    """Return a tag as it is compared: without `#` and star, in lower case."""
    return tag.removeprefix("#").removesuffix("*").lower()
