"""Look up Noko's users, projects and tags, through a cache in the ledger.

Only a definite answer may hold an entry: one from a directory fetched within `DEFINITE_MS`. When Noko cannot be
asked, an older directory still finds what it knows, and what it does not know waits. Tags are asked for only when
somebody has to know them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from chalicelib.domain.directory import Directory, Project, Tags, User
from chalicelib.domain.tag import MAX_TAG
from chalicelib.errors import AuthenticationError, NokoError, Unavailable

if TYPE_CHECKING:
    from chalicelib.noko.models import NokoProject, NokoUser
    from chalicelib.ports import Ledger, Ports

FRESH_MS = 3_600_000
"""A directory younger than this is not fetched again just to find somebody in it."""
DEFINITE_MS = 300_000
"""A directory younger than this may say that somebody does not exist."""
RECALLED_MS = 600_000
"""For so long an opening does without reading the directory again."""

_HASHTAG = re.compile(rf"[\w-]{{1,{MAX_TAG}}}")
"""What a hashtag can say; a tag of another name, such as an imported one, is never meant by any."""


_SEEN: WeakKeyDictionary[Ledger, tuple[int, Directory]] = WeakKeyDictionary()
"""The directory that this process has read or fetched last, by ledger, and when."""


def recall(*, ports: Ports, max_age_ms: int = FRESH_MS) -> Directory | None:
    """Return what `find` returned in the last ten minutes if it is of at most `max_age_ms` still, else find it.

    Somebody else may have fetched a newer one meanwhile. So what is not found in it has to be looked for by `find`,
    as it has to be in any directory that is not definite.
    """
    now = ports.clock.now()
    seen_at, seen = _SEEN.get(ports.ledger, (0, None))
    if seen is not None and 0 <= now - seen_at <= RECALLED_MS and now - seen.fetched_at <= max_age_ms:
        return seen
    return find(ports=ports, max_age_ms=max_age_ms)


def find(*, ports: Ports, max_age_ms: int = FRESH_MS) -> Directory | None:
    """Return a directory of at most `max_age_ms`, else the newest there is, else None.

    Asks Noko twice (users, projects) when the cached one is too old. Raises StoreUnavailable.
    """
    cached = ports.ledger.directory()
    if cached is not None and ports.clock.now() - cached.fetched_at <= max_age_ms:
        return _seen(cached, ports=ports)
    try:
        return fetch(ports=ports, tags=cached.tags if cached is not None else None)
    except (Unavailable, AuthenticationError, NokoError) as error:
        ports.telemetry.event("directory_stale", error=type(error).__name__)
        return cached


def find_tags(directory: Directory, *, ports: Ports, max_age_ms: int = FRESH_MS) -> Directory:
    """Return `directory` with tags of at most `max_age_ms`, else as it is.

    Asks Noko once for every thousand tags when those at hand are too old. Raises StoreUnavailable.
    """
    if directory.tags is not None and ports.clock.now() - directory.tags.fetched_at <= max_age_ms:
        return directory
    now = ports.clock.now()
    try:
        names = [tag.name or "" for tag in ports.noko.tags()]
    except (Unavailable, AuthenticationError, NokoError) as error:
        ports.telemetry.event("tags_stale", error=type(error).__name__)
        return directory
    known = replace(directory, tags=Tags(frozenset(name.lower() for name in names if _HASHTAG.fullmatch(name)), now))
    ports.ledger.put_directory(known)
    return _seen(known, ports=ports)


def is_definite(known: Directory | Tags | None, *, now: int) -> bool:
    """Tell whether `known` may say that somebody, or some tag, does not exist."""
    return known is not None and now - known.fetched_at <= DEFINITE_MS


def fetch(*, ports: Ports, tags: Tags | None = None) -> Directory:
    """Ask Noko for users and projects, and keep the answer with `tags`. Raises what the questions raise."""
    now = ports.clock.now()
    users = tuple(_user(user) for user in ports.noko.users())
    projects = tuple(_project(project) for project in ports.noko.projects())
    directory = Directory(users=users, projects=projects, fetched_at=now, tags=tags)
    ports.ledger.put_directory(directory)
    return _seen(directory, ports=ports)


def _seen(directory: Directory, *, ports: Ports) -> Directory:
    _SEEN[ports.ledger] = ports.clock.now(), directory
    return directory


def _user(user: NokoUser) -> User:
    name = " ".join(filter(None, (user.first_name, user.last_name)))
    return User(id=user.id, email=user.email or "", name=name, state=user.state or "active")


def _project(project: NokoProject) -> Project:
    return Project(id=project.id, name=project.name or "", enabled=project.enabled is not False)
