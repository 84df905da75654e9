"""The forge: every repository and hook, and what callers wrote on commits."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from devstack.github.record import Comment, Hook, Repository, State, Status
from devstack.github.shape import account_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import RLock

_FIRST_REPOSITORY = 710_001
_FIRST_HOOK = 480_000_001


class Forge:
    """Keep what GitHub keeps. Names of accounts and repositories are not case-sensitive."""

    def __init__(self, *, clock: Callable[[], int], lock: RLock) -> None:
        self._clock = clock
        self._lock = lock
        self._repositories: dict[str, Repository] = {}
        self._hooks: dict[int, Hook] = {}
        self._statuses: list[tuple[int, Status]] = []
        self._comments: list[tuple[int, Comment]] = []
        self._repository_ids = count(_FIRST_REPOSITORY)
        self._hook_ids = count(_FIRST_HOOK)
        self._written_ids = count(1)

    def put(self, repository: Repository) -> Repository:
        """Host a repository; it is the caller's own object, which may go on changing."""
        with self._lock:
            if not repository.id:
                repository.id = next(self._repository_ids)
            self._repositories[repository.full_name.lower()] = repository
            return repository

    def repository(self, name: str | int) -> Repository | None:
        """Return the repository of that full name or id."""
        with self._lock:
            if isinstance(name, str):
                return self._repositories.get(name.lower())
            return next((found for found in self._repositories.values() if found.id == name), None)

    def organization(self, name: str | int) -> str | None:
        """Return the login of the organisation of that login or id: whoever owns a repository or a hook is one."""
        with self._lock:
            logins = [repository.owner for repository in self._repositories.values()]
            logins += [hook.owner.partition("/")[0] for hook in self._hooks.values()]
        wanted = account_id(name) if isinstance(name, str) else name
        return next((login for login in logins if account_id(login) == wanted), None)

    def add_hook(
        self,
        owner: str,
        url: str,
        *,
        secret: str | None = None,
        content_type: Literal["json", "form"] = "json",
        events: tuple[str, ...] = ("push",),
        active: bool = True,
    ) -> Hook:
        """Set up a hook for a repository (`owner/name`) or an organisation (its login). No ping is sent."""
        with self._lock:
            hook = Hook(next(self._hook_ids), owner, url, secret, content_type, events, active, self._clock())
            self._hooks[hook.id] = hook
            return hook

    def change_hook(self, hook_id: int, **changes: Any) -> Hook:
        """Change fields of a hook, as its `url` or `secret`; raises KeyError for an unknown one."""
        with self._lock:
            self._hooks[hook_id] = replace(self._hooks[hook_id], **changes)
            return self._hooks[hook_id]

    def hook(self, hook_id: int) -> Hook | None:
        """Return one hook."""
        with self._lock:
            return self._hooks.get(hook_id)

    def hooks(self, owner: str) -> list[Hook]:
        """Return the hooks of one repository or of one organisation, oldest first."""
        with self._lock:
            return [hook for hook in self._hooks.values() if hook.owner.lower() == owner.lower()]

    def hooks_for(self, event: str, repository: Repository) -> list[Hook]:
        """Return the hooks that get an event of a repository: its own, then its organisation's."""
        found = self.hooks(repository.full_name) + self.hooks(repository.owner)
        return [hook for hook in found if hook.wants(event)]

    def set_status(
        self,
        repository: Repository,
        sha: str,
        *,
        state: State,
        target_url: str | None,
        description: str | None,
        context: str,
        creator: str,
    ) -> Status:
        """Set a status on a commit; earlier ones stay."""
        with self._lock:
            written, now = next(self._written_ids), self._clock()
            status = Status(written, sha, state, target_url, description, context, creator, now)
            self._statuses.append((repository.id, status))
            return status

    def statuses(self, repository: Repository, sha: str) -> list[Status]:
        """Return the statuses of a commit, oldest first."""
        with self._lock:
            return [status for owner, status in self._statuses if (owner, status.sha) == (repository.id, sha)]

    def comment(self, repository: Repository, sha: str, *, body: str, author: str) -> Comment:
        """Write a comment on a commit."""
        with self._lock:
            comment = Comment(next(self._written_ids), sha, body, author, self._clock())
            self._comments.append((repository.id, comment))
            return comment

    def comments(self, repository: Repository, sha: str) -> list[Comment]:
        """Return the comments on a commit, oldest first."""
        with self._lock:
            return [comment for owner, comment in self._comments if (owner, comment.sha) == (repository.id, sha)]
