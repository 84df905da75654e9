"""Runs git itself, so that nothing of a person's own configuration shows in what it prints."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
"""What git is told besides its arguments; see https://git-scm.com/docs/git#_environment_variables."""

NO_GIT = 127
"""The exit code of a shell that finds no such program."""


class GitFailed(Exception):
    """Git ended with an exit code that is not 0; the message is its own words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


def git(repo: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Return what `git -C repo arguments…` prints; raise GitFailed when it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the arguments are ours
            ["git", "-C", str(repo), *arguments],  # noqa: S607 - whichever git the machine has
            input=stdin,
            capture_output=True,
            check=False,
            env=kept | ISOLATED,
        )
    except FileNotFoundError:
        raise GitFailed(NO_GIT, "there is no git on this machine") from None
    if done.returncode:
        raise GitFailed(done.returncode, done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
