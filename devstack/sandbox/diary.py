"""What a sandbox was asked that changed its books, in a file: after a restart it does all of it again.

A line is on the disk before the answer leaves, so whoever was told that an entry exists finds it again, also after
a power cut. A last line that is cut off was never answered. The file only grows: a sandbox is for trying things out.
"""

from __future__ import annotations

import json
import os
from typing import IO, TYPE_CHECKING, Any

from devstack.wire.message import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADERS = frozenset({"x-nokotoken", "x-freckletoken", "authorization", "user-agent", "content-type"})
"""What an answer depends on. The tokens among them are the sandbox's own: with another, nothing is changed."""


class Diary:
    """One sandbox's file. `port` is where it served before; None for a sandbox that is new.

    Raises OSError, ValueError, KeyError or TypeError for a file that is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        content = path.read_bytes() if path.exists() else b""
        self._whole = content.rfind(b"\n") + 1
        lines = [json.loads(line) for line in content[: self._whole].splitlines()]
        self._is_fresh = not lines
        self._asked = [_read(line) for line in lines[1:]]
        self.port: int | None = int(lines[0]["port"]) if lines else None

    def begin(self, port: int, again: Callable[[Request, int], object]) -> None:
        """Do `again` what was asked, each at its instant; from now on, write.

        Whoever holds the port is the only one to write.
        """
        for request, at in self._asked:
            again(request, at)
        self._asked = []
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb")
        self._file.truncate(self._whole)
        self._file.seek(self._whole)
        if self._is_fresh:
            self._write({"port": port})

    def write(self, request: Request, at: int) -> None:
        """Write down a request that was carried out at the instant `at`."""
        if self._file is None:
            return
        headers = [pair for pair in request.headers if pair[0].lower() in HEADERS]
        body = request.body.decode("utf-8", "surrogateescape")
        self._write({"at": at, "method": request.method, "target": request.target, "headers": headers, "body": body})

    def close(self) -> None:
        """Write no more. Harmless twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, line: dict[str, Any]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _read(line: dict[str, Any]) -> tuple[Request, int]:
    body = line["body"].encode("utf-8", "surrogateescape")
    return Request.from_http(line["method"], line["target"], map(tuple, line["headers"]), body), line["at"]
