"""The books: everything the account holds, in memory, with what it held before."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

from devstack.sandbox.hashtag import hashtags
from devstack.sandbox.record import Entry, Project, Tag, User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from devstack.sandbox.account import Account

FIRST_ENTRY_ID = 1_711_001
FIRST_TAG_ID = 249_397


class Books:
    """Hold one account's users, projects, tags and entries.

    `log`, `edit`, `delete` and the rest are also how tests do what people do in Noko's own pages: none of
    them checks permissions. They raise KeyError for an id that is not there. Safe to use from any thread.
    """

    def __init__(self, account: Account, *, clock: Callable[[], int], lock: RLock | None = None) -> None:
        self._clock = clock
        self._lock = lock or RLock()
        self._users = {user.id: user for user in account.users}
        self._projects = {project.id: project for project in account.projects}
        self._tags: dict[int, Tag] = {}
        self._tag_names: dict[str, int] = {}
        self._entries: dict[int, Entry] = {}
        self._history: list[tuple[int, int, Entry | None]] = []
        self._entry_ids = count(FIRST_ENTRY_ID)
        self._tag_ids = count(FIRST_TAG_ID)
        self._project_ids = count(max(self._projects, default=0) + 1)

    def users(self) -> list[User]:
        """List the users by id."""
        with self._lock:
            return sorted(self._users.values(), key=lambda user: user.id)

    def user(self, user_id: int) -> User | None:
        """Return one user."""
        with self._lock:
            return self._users.get(user_id)

    def edit_user(self, user_id: int, **changes: Any) -> User:
        """Change fields of a user, for instance `state="disabled"`."""
        with self._lock:
            self._users[user_id] = replace(self._users[user_id], **changes)
            return self._users[user_id]

    def projects(self) -> list[Project]:
        """List the projects by id."""
        with self._lock:
            return sorted(self._projects.values(), key=lambda project: project.id)

    def project(self, project_id: int) -> Project | None:
        """Return one project."""
        with self._lock:
            return self._projects.get(project_id)

    def project_named(self, name: str) -> Project | None:
        """Return the project of that name, in any case."""
        with self._lock:
            wanted = name.casefold()
            return next((p for p in self._projects.values() if p.name.casefold() == wanted), None)

    def add_project(self, name: str, **fields: Any) -> Project:
        """Add a project; its id is made up."""
        with self._lock:
            project = Project(next(self._project_ids), name, **({"created_at": self._clock()} | fields))
            self._projects[project.id] = project
            return project

    def edit_project(self, project_id: int, **changes: Any) -> Project:
        """Change fields of a project, for instance `enabled=False` to archive it."""
        with self._lock:
            self._projects[project_id] = replace(self._projects[project_id], **changes)
            return self._projects[project_id]

    def tags(self) -> list[Tag]:
        """List the tags by id."""
        with self._lock:
            return list(self._tags.values())

    def tag(self, tag_id: int) -> Tag:
        """Return one tag; raises KeyError."""
        with self._lock:
            return self._tags[tag_id]

    def entries(self, *, as_of: int | None = None) -> list[Entry]:
        """List the entries by id, as they are or as they were at the instant `as_of`."""
        with self._lock:
            if as_of is None:
                return list(self._entries.values())
            past: dict[int, Entry] = {}
            for at, entry_id, entry in self._history:
                if at > as_of:
                    continue
                if entry is None:
                    past.pop(entry_id, None)
                else:
                    past[entry_id] = entry
            return [past[entry_id] for entry_id in sorted(past)]

    def entry(self, entry_id: int) -> Entry | None:
        """Return one entry."""
        with self._lock:
            return self._entries.get(entry_id)

    def log(
        self,
        *,
        user_id: int,
        date: dt.date,
        minutes: int,
        description: str | None = None,
        project_id: int | None = None,
        source_url: str | None = None,
        at: int | None = None,
    ) -> Entry:
        """Write a new entry, `at` the given instant or now."""
        with self._lock:
            now = self._clock() if at is None else at
            entry_id = next(self._entry_ids)
            return self._keep(Entry(entry_id, date, user_id, minutes, description, project_id, source_url, now, now))

    def edit(self, entry_id: int, **changes: Any) -> Entry:
        """Change fields of an entry; `minutes` are what a person types, before rounding."""
        with self._lock:
            if "minutes" in changes:
                changes["asked_minutes"] = changes.pop("minutes")
            return self._keep(replace(self._entries[entry_id], **({"updated_at": self._clock()} | changes)))

    def delete(self, entry_id: int) -> None:
        """Remove an entry."""
        with self._lock:
            del self._entries[entry_id]
            self._history.append((self._clock(), entry_id, None))

    def _keep(self, entry: Entry) -> Entry:
        project = None if entry.project_id is None else self._projects[entry.project_id]
        increment = 1 if project is None else project.billing_increment
        tags = [self._tag(hashtag.name, billable=hashtag.billable) for hashtag in hashtags(entry.description or "")]
        kept = replace(
            entry,
            minutes=-(-entry.asked_minutes // increment) * increment,
            tag_ids=tuple(tag.id for tag in tags),
            billable=(project is None or project.billable) and all(tag.billable for tag in tags),
        )
        self._entries[kept.id] = kept
        self._history.append((kept.updated_at, kept.id, kept))
        return kept

    def _tag(self, name: str, *, billable: bool) -> Tag:
        tag_id = self._tag_names.get(name.casefold())
        tag = Tag(next(self._tag_ids), name) if tag_id is None else self._tags[tag_id]
        self._tag_names[name.casefold()] = tag.id
        self._tags[tag.id] = tag if billable else replace(tag, billable=False)
        return self._tags[tag.id]
