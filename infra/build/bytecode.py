"""Bytecode for the zip: `/var/task` is read-only, so without it every cold start compiles everything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from infra.build.command import run

if TYPE_CHECKING:
    from pathlib import Path

TASK = "/var/task"
"""Where Lambda unpacks a zip; tracebacks name it (https://docs.aws.amazon.com/lambda/latest/dg/python-package.html)."""


def compile_all(folder: Path) -> None:
    """Compile every module below `folder`, never to be compared with its source (PEP 552: unchecked hashes).

    Hashes of texts are fixed, since the order of a set of constants is written down. Raises CommandError.
    """
    words = ["-q", "-f", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", TASK, folder]
    run([sys.executable, "-m", "compileall", *words], cwd=folder, env={"PYTHONHASHSEED": "0"})
