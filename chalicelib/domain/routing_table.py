"""What the routing file says, as values. Where it comes from and how it is checked: `routing_file`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory


SUBMITTER = "submitter"
"""What a form's `person` says when it is whoever sent it."""
PAGE = "page"
"""The preset of a form of our own, which is filled in at `/forms/NAME` and takes no webhooks."""
UNBILLABLE_TAG = "unbillable*"
"""What an unbillable submission is tagged with: in Noko the `*` makes an entry unbillable
(https://developer.nokotime.com/v2/tags/)."""


MOST_APPROVED = 10_000
"""How many entries one run may approve: what is kept of it has to fit into 400 KB."""
MOST_DAYS = 3_660
"""How many days a policy may look back."""


class Mode(StrEnum):
    """Whether routed work is posted, or only listed."""

    LIVE = "live"
    OBSERVE = "observe"


class LogOn(StrEnum):
    """When a commit counts: as soon as it is pushed to any branch, or once it lands on the default one."""

    EVERY_BRANCH = "every-branch"
    DEFAULT_BRANCH = "default-branch"


class DateFrom(StrEnum):
    """Which of a commit's two dates its work has, where the author wrote none."""

    COMMITTER = "committer"
    AUTHOR = "author"


class NewTags(StrEnum):
    """What becomes of hashtags that Noko has no tag for yet."""

    CREATE = "create"
    TEXT = "text"
    HOLD = "hold"


class Feedback(StrEnum):
    """How the author of a commit hears that its time was not logged."""

    OFF = "off"
    STATUS = "status"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds wherever a repository says nothing else. `timezone` is an IANA name."""

    mode: Mode = Mode.LIVE
    timezone: str = "UTC"
    project: str | int | None = None
    branches: tuple[str, ...] = ("*",)
    log_on: LogOn = LogOn.EVERY_BRANCH
    date_from: DateFrom = DateFrom.COMMITTER
    tags: tuple[str, ...] = ()
    require_brackets: bool = False
    max_minutes: int = 1440
    minutes_per_day: int = 480
    max_age_days: int = 31
    feedback: Feedback = Feedback.OFF
    new_tags: NewTags = NewTags.CREATE


@dataclass(frozen=True, slots=True)
class Repository:
    """One `[[repositories]]` table; None is what it leaves to the defaults."""

    match: str
    project: str | int | None = None
    mode: Mode | None = None
    branches: tuple[str, ...] | None = None
    log_on: LogOn | None = None
    date_from: DateFrom | None = None
    tags: tuple[str, ...] | None = None
    require_brackets: bool | None = None
    max_minutes: int | None = None
    feedback: Feedback | None = None
    new_tags: NewTags | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A Noko user by e-mail or id, and the addresses and GitHub logins that are theirs."""

    noko: str | int
    emails: tuple[str, ...] = ()
    github: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form whose answers become entries; None is what it leaves to the defaults.

    `fields` pairs our word with the form's own label. `projects` are those that our own page offers, None for all
    active ones. `date_format` is like `DD/MM/YYYY`; None for ISO dates only.
    """

    name: str
    preset: str = "generic"
    person: str | int = SUBMITTER
    project: str | int | None = None
    projects: tuple[str | int, ...] | None = None
    mode: Mode | None = None
    tags: tuple[str, ...] | None = None
    max_minutes: int | None = None
    date_format: str | None = None
    unbillable_tag: str = UNBILLABLE_TAG
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A policy by which entries are approved in bulk; None is what it does not ask for.

    `when` is read by `schedule`, in the time zone of the defaults. `scope` is `ours` or `all`, `approved_at` `now`
    or `due`. Of `projects`, `people` and `tags` an entry has to have one each.
    """

    name: str
    when: str
    older_than_days: int = 3
    lookback_days: int = 92
    projects: tuple[str | int, ...] | None = None
    scope: str = "ours"
    people: tuple[str | int, ...] | None = None
    tags: tuple[str, ...] | None = None
    without_tags: tuple[str, ...] = ()
    billable: bool | None = None
    max_minutes: int | None = None
    require_description: bool = False
    approved_at: str = "now"
    limit: int = 5_000
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of GitHub's whose failed deliveries are caught up on.

    `place` is a repository (`owner/name`) or an organisation. Without an `id`, the one of its hooks that sends to us.
    """

    place: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """When what waits for somebody is told, and where: `notify` holds URLs, or names of settings that hold one."""

    at: str
    notify: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """The whole routing file. Of `repositories`, the last that matches wins."""

    defaults: Defaults = Defaults()
    repositories: tuple[Repository, ...] = ()
    people: tuple[Person, ...] = ()
    forms: tuple[Form, ...] = ()
    approvals: tuple[Approval, ...] = ()
    hooks: tuple[Hook, ...] = ()
    digest: Digest | None = None

    @property
    def holds_for_tags(self) -> bool:
        """Whether a tag that Noko lacks may hold an entry."""
        choices = (self.defaults.new_tags, *(repository.new_tags for repository in self.repositories))
        return NewTags.HOLD in choices


def fingerprint(routing: Routing, directory: Directory) -> str:
    """Return 16 hex digits that differ when an entry might be judged differently.

    Comments in the file, the order in which Noko lists things and the time of asking change nothing; nor do tags
    that cannot hold an entry.
    """
    users = sorted(directory.users, key=lambda user: user.id)
    projects = sorted(directory.projects, key=lambda project: project.id)
    tags = sorted(directory.tags.names) if directory.tags is not None and routing.holds_for_tags else None
    return hashlib.sha256(repr((routing, users, projects, tags)).encode()).hexdigest()[:16]
