"""Find where each key of a TOML document was written, which `tomllib` does not tell.

This reads only as much of TOML (https://toml.io/en/v1.0.0) as it takes to know which brackets, quotes and
equal signs mean something. It is used on text that `tomllib` has accepted, so it checks nothing.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.routing_file.problem import Path

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_SCALAR = re.compile(r"[^,\]}#\n]*+")


def positions(text: str) -> dict[Path, tuple[int, int]]:
    """Return line and column, from 1, of every key, table header and list element in a valid document.

    A table that has no header of its own is placed where a longer name first implies it. Nothing here recurses,
    so whatever depth `tomllib` reads is read. What is made of text that is not TOML is not promised.
    """
    scanner = _Scanner(text)
    scanner.document()
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    places = {}
    for path, offset in scanner.found.items():
        line = bisect_right(starts, offset)
        places[path] = (line, offset - starts[line - 1] + 1)
    return places


@dataclass(slots=True)
class _Container:
    """A list or an inline table that is still open; `size` counts the list's elements so far."""

    path: Path
    is_list: bool
    size: int = 0


@dataclass(slots=True)
class _Scanner:
    """Walks through the text. `found` holds offsets; `latest` the index of each `[[table]]` that was last begun."""

    text: str
    at: int = 0
    found: dict[Path, int] = field(default_factory=dict)
    latest: dict[Path, int] = field(default_factory=dict)

    def document(self) -> None:
        table: Path = ()
        while self._letter():
            if self._letter() == "[":
                table = self._header()
            else:
                self._value(self._name(table))

    def _letter(self) -> str:
        """Return the next letter that is neither blank nor comment, and stand before it; empty at the end."""
        self._take(_BLANK)
        return self.text[self.at : self.at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        taken = match[0] if match else ""
        self.at += len(taken)
        return taken

    def _header(self) -> Path:
        start = self.at
        width = 2 if self.text.startswith("[[", start) else 1
        self.at += width
        *parents, last = (name for name, _ in self._key())
        self.at += width
        path: Path = ()
        for name in parents:
            path = (*path, name)
            self.found.setdefault(path, start)
            path = self._newest(path)
        path = (*path, last)
        if width == 1:
            self.found[path] = start
            return path
        self.found.setdefault(path, start)
        self.latest[path] = self.latest.get(path, -1) + 1
        self.found[self._newest(path)] = start
        return self._newest(path)

    def _newest(self, path: Path) -> Path:
        return (*path, self.latest[path]) if path in self.latest else path

    def _name(self, table: Path) -> Path:
        """Read `some.key =` and return the path it stands for."""
        path = table
        for name, start in self._key():
            path = (*path, name)
            self.found.setdefault(path, start)
        self.at += len("=")
        return path

    def _key(self) -> Iterator[tuple[str, int]]:
        while True:
            quote, start = self._letter(), self.at
            if quote in {'"', "'"}:
                yield tomllib.loads(f"key = {self._take(_STRING)}")["key"], start
            else:
                yield self._take(_BARE_KEY), start
            if self._letter() != ".":
                return
            self.at += len(".")

    def _value(self, path: Path) -> None:
        around: list[_Container] = []
        here: Path | None = path
        while here is not None:
            first = self._letter()
            if first in {"[", "{"}:
                around.append(_Container(here, is_list=first == "["))
                self.at += 1
            elif not self._take(_STRING):
                self._take(_SCALAR)
            here = self._next(around)

    def _next(self, around: list[_Container]) -> Path | None:
        """Go on to the next value within the containers around, closing those that end; None after the last."""
        while around:
            letter = self._letter()
            if letter in {",", "]", "}"}:
                self.at += 1
                if letter != ",":
                    around.pop()
                continue
            container = around[-1]
            if not container.is_list:
                return self._name(container.path)
            path = (*container.path, container.size)
            container.size += 1
            self.found[path] = self.at
            return path
        return None
