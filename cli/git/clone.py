"""What a local clone knows of the repository it is a clone of: whose it is, its branches, and where history ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.git.command import GitFailed, git
from cli.git.repository import refs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REMOTE = "refs/remotes/origin/"
LOCAL = "refs/heads/"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}")
_URL = re.compile(r"(?:https?|ssh|git)://(?:[^@/\s]*@)?([A-Za-z0-9.-]+)(?::[0-9]{1,5})?/([^\s]+)", re.IGNORECASE)
_SCP = re.compile(r"(?:[^@/\s:]*@)?([A-Za-z0-9.-]+):(?!//)([^\s]+)")


@dataclass(frozen=True, slots=True)
class Origin:
    """The repository on a server: `host` in lower case, `full_name` as `owner/name`."""

    host: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone as it is on disk.

    `branches` are the commits at which the remote's branches stood when they were fetched, by name; in a bare
    repository, and in one that never fetched, its own branches. `boundary` are the commits of a shallow clone whose
    parents are not there: compared with nothing, all their files seem added.
    """

    path: Path
    origin: Origin | None
    branches: Mapping[str, str]
    default_branch: str | None
    boundary: frozenset[str] = frozenset()


def look(path: Path) -> Clone:
    """Read what the clone at `path` knows. Raises GitFailed if there is none. Asks nobody over the network."""
    remote = {name: sha for name, sha in refs(path, REMOTE).items() if name != "HEAD"}
    under = REMOTE if remote else LOCAL
    default = _said(path, "symbolic-ref", "--quiet", f"{REMOTE}HEAD" if remote else "HEAD").removeprefix(under)
    branches = remote or refs(path, LOCAL)
    return Clone(
        path=path,
        origin=origin_of(_said(path, "config", "--get", "remote.origin.url")),
        branches=branches,
        default_branch=default if default in branches else None,
        boundary=_boundary(path),
    )


def origin_of(url: str) -> Origin | None:
    """Read the address of a remote, over HTTPS or SSH; None for what names no repository of an owner on a server."""
    match = _URL.fullmatch(url) or _SCP.fullmatch(url)
    if match is None:
        return None
    name = match[2].strip("/").removesuffix(".git")
    return Origin(match[1].lower(), name) if is_full_name(name) else None


def is_full_name(text: str) -> bool:
    """Tell whether a text is an `owner/name` that GitHub could have
    (https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits).
    """  # noqa: D205 - one sentence with its source
    return _NAME.fullmatch(text) is not None


def _boundary(path: Path) -> frozenset[str]:
    """Read where a shallow clone's history is cut off (https://git-scm.com/docs/shallow); empty for a whole one."""
    file = path / _said(path, "rev-parse", "--git-path", "shallow")
    return frozenset(file.read_text(encoding="ascii").split()) if file.is_file() else frozenset()


def _said(path: Path, *arguments: str) -> str:
    """Return the line that git answers, empty where it has nothing to say."""
    try:
        return git(path, *arguments).decode("utf-8", "replace").strip()
    except GitFailed as error:
        if error.code == 1:
            return ""
        raise
