"""What we know of a Noko account's users and projects, as of one moment, and of its tags, as of another."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVE = "active"
"""The one state in which time can be logged for a user; the others are disabled, pending and suspended
(https://developer.nokotime.com/v2/users/)."""


@dataclass(frozen=True, slots=True)
class User:
    """A Noko user. `state` is Noko's own word."""

    id: int
    email: str
    name: str
    state: str

    @property
    def active(self) -> bool:
        """Whether Noko takes entries for this user."""
        return self.state == ACTIVE


@dataclass(frozen=True, slots=True)
class Project:
    """A Noko project; one that is not enabled is archived."""

    id: int
    name: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Tags:
    """The names of all tags that a hashtag can mean, in lower case, as Noko told them at `fetched_at` (ms)."""

    names: frozenset[str]
    fetched_at: int

    def has(self, name: str) -> bool:
        """Tell whether Noko has a tag of this name, without `#` and `*`; case does not count."""
        return name.lower() in self.names


@dataclass(frozen=True, slots=True)
class Directory:
    """All users and projects, archived ones too, as Noko told them at `fetched_at` (milliseconds).

    `tags` have an instant of their own, and are None until somebody had to know them: an account may have
    thousands.
    """

    users: tuple[User, ...]
    projects: tuple[Project, ...]
    fetched_at: int
    tags: Tags | None = None

    def user(self, reference: str | int) -> User | None:
        """Return the user with this id, or with this e-mail in any case: an active one rather than another."""
        if isinstance(reference, int):
            return next((user for user in self.users if user.id == reference), None)
        wanted = reference.strip().lower()
        found = [user for user in self.users if user.email.lower() == wanted]
        return next((user for user in found if user.active), found[0] if found else None)

    def projects_called(self, reference: str | int) -> tuple[Project, ...]:
        """Return the projects that may be meant by a name, in any case, or by an id: the likelier ones only.

        Enabled ones push out archived ones, and then the exact spelling pushes out another case. Digits in a
        string are an id only if no project has them for a name. More than one result: the name is ambiguous.
        """
        if isinstance(reference, int):
            return tuple(project for project in self.projects if project.id == reference)
        wanted = reference.strip()
        named = tuple(p for p in self.projects if p.name.strip().casefold() == wanted.casefold())
        if not named and wanted.isascii() and wanted.isdecimal() and len(wanted) <= 10:
            return self.projects_called(int(wanted))
        likelier = tuple(p for p in named if p.enabled) or named
        return tuple(p for p in likelier if p.name.strip() == wanted) or likelier
