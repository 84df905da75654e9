"""Run another program, and show what it said only if it failed."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class CommandError(Exception):
    """A program ended with a failure; carries what it said."""


def run(command: Sequence[object], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run `command` in `cwd` with `env` on top of the environment; return what it said. Raises CommandError."""
    told = subprocess.run(  # noqa: S603 - our own programs, by their full paths
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if told.returncode != 0:
        raise CommandError(f"{' '.join(str(word) for word in command[:4])} … failed:\n{told.stdout}")
    return told.stdout
