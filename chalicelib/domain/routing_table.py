"""What the routing file says, as values. Where it comes from and how it is checked: `routing_file`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory


class Mode(StrEnum):
    """Whether routed work is posted, or only listed."""

    LIVE = "live"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds wherever a repository says nothing else. `timezone` is an IANA name."""

    mode: Mode = Mode.LIVE
    timezone: str = "UTC"
    project: str | int | None = None
    branches: tuple[str, ...] = ("*",)
    tags: tuple[str, ...] = ()
    require_brackets: bool = False
    max_minutes: int = 1440
    minutes_per_day: int = 480
    max_age_days: int = 31


@dataclass(frozen=True, slots=True)
class Repository:
    """One `[[repositories]]` table; None is what it leaves to the defaults."""

    match: str
    project: str | int | None = None
    mode: Mode | None = None
    branches: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    require_brackets: bool | None = None
    max_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A Noko user by e-mail or id, and the addresses and GitHub logins that are theirs."""

    noko: str | int
    emails: tuple[str, ...] = ()
    github: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form whose answers become entries. `fields` pairs our word with the form's own label."""

    name: str
    preset: str = "generic"
    person: str | int = "submitter"
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A policy by which entries are approved in bulk. `projects` is None for all of them."""

    name: str
    when: str
    older_than_days: int = 3
    lookback_days: int = 92
    projects: tuple[str | int, ...] | None = None
    scope: str = "ours"


@dataclass(frozen=True, slots=True)
class Routing:
    """The whole routing file. Of `repositories`, the last that matches wins."""

    defaults: Defaults = Defaults()
    repositories: tuple[Repository, ...] = ()
    people: tuple[Person, ...] = ()
    forms: tuple[Form, ...] = ()
    approvals: tuple[Approval, ...] = ()


def fingerprint(routing: Routing, directory: Directory) -> str:
    """Return 16 hex digits that differ when an entry might be judged differently.

    Comments in the file, the order in which Noko lists things and the time of asking change nothing.
    """
    users = sorted(directory.users, key=lambda user: user.id)
    projects = sorted(directory.projects, key=lambda project: project.id)
    return hashlib.sha256(repr((routing, users, projects)).encode()).hexdigest()[:16]
