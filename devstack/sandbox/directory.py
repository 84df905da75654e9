"""Who and what an account has: its people and its projects."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

from devstack.sandbox.record import Project, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.account import Account


class Directory:
    """Hold users and projects. `edit_…` raise KeyError for an id that is not there."""

    def __init__(self, account: Account, *, clock: Callable[[], int], lock: RLock | None = None) -> None:
        self._clock = clock
        self._lock = lock or RLock()
        self._users = {user.id: user for user in account.users}
        self._projects = {project.id: project for project in account.projects}
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
