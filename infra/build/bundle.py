"""The zip: the same bytes from the same files, wherever and whenever it is made."""

from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING

from infra.build.bytecode import compile_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first instant that a zip can tell."""
MAX_ZIPPED_BYTES = 8 * 1000 * 1000
MAX_UNZIPPED_BYTES = 24 * 1000 * 1000
"""Lambda takes 250 MB, but a cold start reads it all: growth has to be looked at first."""
_UNIX = 3


class TooBigError(Exception):
    """The package outgrew what is allowed."""


def with_bytecode(files: Mapping[str, bytes], scratch: Path) -> dict[str, bytes]:
    """Return `files` with the bytecode of every module; `scratch` is an empty folder to work in."""
    for name, content in files.items():
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    compile_all(scratch)
    compiled = {path.relative_to(scratch).as_posix(): path.read_bytes() for path in sorted(scratch.rglob("*.pyc"))}
    return {**files, **compiled}


def write(files: Mapping[str, bytes], path: Path) -> None:
    """Write a zip: sorted, without times, owners and folders. Raises TooBigError."""
    with zipfile.ZipFile(path, "w") as zipped:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            zipped.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)
    unzipped, size = sum(map(len, files.values())), path.stat().st_size
    if size > MAX_ZIPPED_BYTES or unzipped > MAX_UNZIPPED_BYTES:
        raise TooBigError(f"{path.name} has {size:,} bytes, {unzipped:,} unzipped: look at what came in")
