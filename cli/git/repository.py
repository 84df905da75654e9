"""Reads a repository: its branches, its commits, and which of them a push brings. One call to git for each question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.git.command import GitFailed, git
from cli.git.commit import LOG_FORMAT, LOG_PATHS, Commit, parse_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

NOTHING = "0" * 40
"""What GitHub says for `before` of a new branch, and for `after` of a deleted one."""


def refs(repo: Path, under: str = "refs/heads/") -> dict[str, str]:
    """Return the commits that the references `under` a prefix point at, by the rest of their names."""
    printed = git(repo, "for-each-ref", "--format=%(refname)%00%(objectname)", under)
    pairs = (line.split("\0") for line in printed.decode("utf-8", "replace").splitlines())
    return {name.removeprefix(under): sha for name, sha in pairs}


def commits(repo: Path, wanted: Iterable[str], *, without: Iterable[str] = (), paths: bool = True) -> list[Commit]:
    """Return the commits reachable from `wanted` and not from `without`, parents before children, else by date.

    Without `paths` nothing is compared, which is ten times as fast.
    """
    options = (*LOG_FORMAT, *LOG_PATHS) if paths else LOG_FORMAT
    revisions = "".join(f"{sha}\n" for sha in (*wanted, *(f"^{sha}" for sha in without)))
    printed = git(repo, "log", "--stdin", "--date-order", "--reverse", *options, stdin=revisions.encode())
    return list(parse_log(printed))


def these(repo: Path, shas: Sequence[str]) -> list[Commit]:
    """Return exactly these commits, in this order."""
    stdin = "".join(f"{sha}\n" for sha in shas).encode()
    return list(parse_log(git(repo, "log", "--stdin", "--no-walk=unsorted", *LOG_FORMAT, *LOG_PATHS, stdin=stdin)))


def is_ancestor(repo: Path, old: str, new: str) -> bool:
    """Tell whether `old` is `new` or one of its ancestors; False when it is not in the repository any more."""
    try:
        git(repo, "merge-base", "--is-ancestor", old, new)
    except GitFailed as error:
        if error.code in {1, 128}:
            return False
        raise
    return True


def present(repo: Path, shas: Iterable[str]) -> list[str]:
    """Return those that the repository still has: what a force push replaced may be collected."""
    printed = git(repo, "cat-file", "--batch-check", stdin="".join(f"{sha}\n" for sha in shas).encode())
    return [line.split(" ")[0] for line in printed.decode("ascii").splitlines() if " commit " in line]


def distinct(repo: Path, after: str, *, known: Iterable[str]) -> set[str]:
    """Return the ids reachable from `after` and from no other branch."""
    revisions = "".join(f"{sha}\n" for sha in (after, *(f"^{sha}" for sha in known)))
    return set(git(repo, "rev-list", "--stdin", stdin=revisions.encode()).decode("ascii").split())
