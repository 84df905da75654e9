"""Look up Noko's users and projects, through a cache in the ledger.

Only a definite answer may hold an entry: one from a directory fetched within `DEFINITE_MS`. When Noko cannot be
asked, an older directory still finds what it knows, and what it does not know waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.directory import Directory, Project, User
from chalicelib.errors import AuthenticationError, NokoError, Unavailable

if TYPE_CHECKING:
    from chalicelib.noko.models import NokoProject, NokoUser
    from chalicelib.ports import Ports

FRESH_MS = 3_600_000
"""A directory younger than this is not fetched again just to find somebody in it."""
DEFINITE_MS = 300_000
"""A directory younger than this may say that somebody does not exist."""


def find(*, ports: Ports, max_age_ms: int = FRESH_MS) -> Directory | None:
    """Return a directory of at most `max_age_ms`, else the newest there is, else None.

    Asks Noko twice (users, projects) when the cached one is too old. Raises StoreUnavailable.
    """
    cached = ports.ledger.directory()
    if cached is not None and ports.clock.now() - cached.fetched_at <= max_age_ms:
        return cached
    try:
        return fetch(ports=ports)
    except (Unavailable, AuthenticationError, NokoError) as error:
        ports.telemetry.event("directory_stale", error=type(error).__name__)
        return cached


def is_definite(directory: Directory, *, now: int) -> bool:
    """Tell whether `directory` may say that somebody does not exist."""
    return now - directory.fetched_at <= DEFINITE_MS


def fetch(*, ports: Ports) -> Directory:
    """Ask Noko and keep the answer. Raises what the questions raise."""
    now = ports.clock.now()
    users = tuple(_user(user) for user in ports.noko.users())
    projects = tuple(_project(project) for project in ports.noko.projects())
    directory = Directory(users=users, projects=projects, fetched_at=now)
    ports.ledger.put_directory(directory)
    return directory


def _user(user: NokoUser) -> User:
    name = " ".join(filter(None, (user.first_name, user.last_name)))
    return User(id=user.id, email=user.email or "", name=name, state=user.state or "active")


def _project(project: NokoProject) -> Project:
    return Project(id=project.id, name=project.name or "", enabled=project.enabled is not False)
