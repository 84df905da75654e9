"""The files that commits change, as the API lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from devstack.github.shape import WEB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devstack.github.record import Commit, Repository

MAX_FILES = 3000
"""GitHub lists no more of one commit (https://docs.github.com/en/rest/commits/commits#get-a-commit)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one file; `previous` is its earlier name, for a renamed one."""

    filename: str
    status: Literal["added", "removed", "modified", "renamed"]
    previous: str | None = None


def changes_of(commit: Commit) -> list[Change]:
    """Return what a commit does, by name of file."""
    found = [Change(name, "added") for name in commit.added]
    found += [Change(name, "removed") for name in commit.removed]
    found += [Change(name, "modified") for name in commit.modified]
    found += [Change(new, "renamed", old) for old, new in commit.renamed]
    return sorted(found, key=lambda change: change.filename)


def changes_between(commits: Iterable[Commit]) -> list[Change]:
    """Return what commits, oldest first, do together, by name of file."""
    net: dict[str, Change] = {}
    for commit in commits:
        for change in changes_of(commit):
            _follow(net, change)
    return sorted(net.values(), key=lambda change: change.filename)


def _follow(net: dict[str, Change], change: Change) -> None:
    before = net.pop(change.previous or change.filename, None)
    match (before.status if before else None, change.status):
        case ("added", "removed"):
            return
        case ("added", _):
            net[change.filename] = Change(change.filename, "added")
        case ("removed", "added"):
            net[change.filename] = Change(change.filename, "modified")
        case ("renamed", "removed") if before is not None and before.previous is not None:
            net[before.previous] = Change(before.previous, "removed")
        case ("renamed", _) if before is not None:
            net[change.filename] = Change(change.filename, "renamed", before.previous)
        case _:
            net[change.filename] = change


def shape(change: Change, repo: Repository, sha: str) -> dict[str, Any]:
    """Shape a file of a commit, or of a comparison whose head is `sha`."""
    earlier = {"previous_filename": change.previous} if change.previous else {}
    return {
        "filename": change.filename,
        "status": change.status,
        "additions": 0,
        "deletions": 0,
        "changes": 0,
        "blob_url": f"{WEB}/{repo.full_name}/blob/{sha}/{change.filename}",
    } | earlier
