"""What the forge holds: commits, repositories, hooks, and what callers wrote on commits.

Instants are milliseconds since the epoch. Dates of commits are ISO 8601 with their own offset, as git has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

_SHORT_SHA = re.compile(r"[0-9a-f]{4,39}")

State = Literal["error", "failure", "pending", "success"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a commit: free text from git, but for `login`, the account that GitHub knows the address of."""

    name: str
    email: str
    login: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and the files it changes, each under the status of one field; `renamed` holds (old, new).

    `committer` is left out when it is the author. Parents that the repository does not hold end its history.
    """

    sha: str
    message: str
    author: Author
    author_date: str
    committer_date: str
    parents: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    committer: Author | None = None


@dataclass(slots=True)
class Repository:
    """A repository: `full_name` is `owner/name`, `branches` leads to SHAs. The forge replaces an `id` of 0."""

    full_name: str
    default_branch: str = "main"
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    private: bool = True
    id: int = 0

    @property
    def owner(self) -> str:
        """The login of the account that owns it."""
        return self.full_name.partition("/")[0]

    def add(self, *commits: Commit, branch: str | None = None) -> None:
        """Take commits, and move a branch (the default one) to the last of them."""
        self.commits.update((commit.sha, commit) for commit in commits)
        if commits:
            self.branches[branch or self.default_branch] = commits[-1].sha

    def resolve(self, ref: str) -> Commit | None:
        """Return the commit that a SHA, the unambiguous start of one, a branch or `HEAD` stands for."""
        if ref == "HEAD":
            ref = self.default_branch
        name = ref.removeprefix("refs/").removeprefix("heads/")
        sha = self.branches.get(name, ref.lower())
        if sha in self.commits:
            return self.commits[sha]
        if _SHORT_SHA.fullmatch(sha) is None:
            return None
        found = [commit for known, commit in self.commits.items() if known.startswith(sha)]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of a repository (`owner` is `owner/name`) or of an organisation (`owner` is its login)."""

    id: int
    owner: str
    url: str
    secret: str | None = field(repr=False)
    content_type: Literal["json", "form"]
    events: tuple[str, ...]
    active: bool
    created_at: int

    @property
    def of_repository(self) -> bool:
        """Whether it belongs to one repository."""
        return "/" in self.owner

    def wants(self, event: str) -> bool:
        """Tell whether such an event is delivered to it."""
        return self.active and ("*" in self.events or event in self.events)


@dataclass(frozen=True, slots=True)
class Status:
    """A status that `creator` set on a commit under a `context`."""

    id: int
    sha: str
    state: State
    target_url: str | None
    description: str | None
    context: str
    creator: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that `author` wrote on a commit."""

    id: int
    sha: str
    body: str
    author: str
    created_at: int
