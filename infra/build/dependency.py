"""The libraries that ship: what the lock names, as wheels for the target, with hashes that are checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.build.command import run

if TYPE_CHECKING:
    from infra.build.target import Target

LOCK = Path(__file__).with_name("requirements.lock")
NOT_SHIPPED = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
"""What pip notes about an installation; some of it names the machine."""


def pip_options(target: Target) -> list[str]:
    """Return what makes pip choose wheels for `target`, whatever it runs on."""
    return [
        "--only-binary=:all:",
        f"--platform={target.wheel_platform}",
        f"--python-version={target.python}",
        "--implementation=cp",
        "--quiet",
        "--disable-pip-version-check",
    ]


def install(target: Target, folder: Path) -> None:
    """Put the libraries into `folder`, without bytecode. Raises CommandError, also for a hash that differs."""
    words = ["install", "--no-deps", "--require-hashes", "--no-compile", "--requirement", LOCK, "--target", folder]
    run([sys.executable, "-m", "pip", *words, *pip_options(target)], cwd=folder)


def libraries(folder: Path) -> dict[str, bytes]:
    """Return what ships of `folder` by its path in the zip: neither scripts nor notes on the installation."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.relative_to(folder).parts[0] != "bin" and path.name not in NOT_SHIPPED and path.suffix != ".pyc"
    }
