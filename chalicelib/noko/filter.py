"""The filters of Noko's lists, typed. All that are given apply together; one that is left out filters nothing.

Sources: "List Entries", "List all Tags", … on the page of each resource, https://developer.nokotime.com/v2/.
Ids are checked, dates are dates, and instants are milliseconds, which Noko reads in whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.errors import UserError
from chalicelib.noko import check

if TYPE_CHECKING:
    import datetime as dt


class TagFilterType(StrEnum):
    """Whether an entry must have all of the tags, which is Noko's default, or one of them."""

    AND = "and"
    COMBINATION_OF = "combination of"


class Role(StrEnum):
    """What a person may do."""

    SUPERVISOR = "supervisor"
    LEADER = "leader"
    COWORKER = "coworker"
    CONTRACTOR = "contractor"


class UserState(StrEnum):
    """Whether a person takes part."""

    DISABLED = "disabled"
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries to list. Dates include both ends. There is no filter by `source_url`, nor for unapproved ones."""

    user_ids: tuple[int, ...] = ()
    description: str | None = None
    project_ids: tuple[int, ...] = ()
    tag_ids: tuple[int, ...] = ()
    tag_filter_type: TagFilterType | None = None
    invoice_ids: tuple[int, ...] = ()
    import_ids: tuple[int, ...] = ()
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    invoiced: bool | None = None
    invoiced_at_from: dt.date | None = None
    invoiced_at_to: dt.date | None = None
    updated_from: int | None = None
    updated_to: int | None = None
    billable: bool | None = None
    approved_at_from: dt.date | None = None
    approved_at_to: dt.date | None = None
    approved_by_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Which users to list; `name` and `email` are parts of theirs."""

    name: str | None = None
    email: str | None = None
    role: Role | None = None
    state: UserState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFilter:
    """Which projects to list; `name` is a part of theirs, `billing_increment` is in minutes."""

    name: str | None = None
    project_group_ids: tuple[int, ...] = ()
    billing_increment: int | None = None
    enabled: bool | None = None
    billable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagFilter:
    """Which tags to list; `name` is a part of theirs."""

    name: str | None = None
    billable: bool | None = None


Filter = EntryFilter | UserFilter | ProjectFilter | TagFilter

_NAMES = {"date_from": "from", "date_to": "to"}
"""What Noko calls the fields that have another name here."""
_CHOICES = {"tag_filter_type": TagFilterType, "role": Role, "state": UserState}
_FLAGS = frozenset({"invoiced", "billable", "enabled"})
_INSTANTS = frozenset({"updated_from", "updated_to"})


def pairs(wanted: Filter | None) -> tuple[tuple[str, str], ...]:
    """Return the query of a filter; raises UserError for what Noko could not understand."""
    if wanted is None:
        return ()
    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    written = {name: _written(name, value) for name, value in given.items() if value is not None and value != ()}
    for name in written:
        end = name.removesuffix("from") + "to"
        if name.endswith("from") and end in written and given[name] > given[end]:
            raise UserError(f"{_noko(name)} lies after {_noko(end)}, so nothing can be found")
    return tuple((_noko(name), value) for name, value in written.items())


def _noko(name: str) -> str:
    return _NAMES.get(name, name)


def _written(name: str, value: object) -> str:
    if name.endswith("_ids"):
        return ",".join(map(str, check.noko_ids(value if isinstance(value, tuple) else (value,), name)))
    if name in _CHOICES:
        choices = [choice.value for choice in _CHOICES[name]]
        if value not in choices:
            raise UserError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
        return str(value)
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise UserError(f"{name} must be true or false, not {value!r}")
        return "true" if value else "false"
    if name in _INSTANTS:
        return check.instant(value, name)
    if name == "billing_increment":
        return str(check.noko_id(value, name))
    if name.endswith(("_from", "_to")):
        return check.date(value, _noko(name))
    return check.wanted_text(value, name)
