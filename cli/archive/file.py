"""Exports on the disk: written whole or not at all, and read only after the whole of one was found to be in order."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from chalicelib.errors import UserError
from cli.archive.content import travelling
from cli.archive.line import NotReadableError, Seal, header_line, header_of, item_line, item_of, seal_line, seal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from chalicelib.ports.table import Item
    from cli.archive.line import Header

LONGEST = 4 * 1024 * 1024
"""Bytes of a line at most: an item of 400 KB, each byte of it six characters long, is shorter."""


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """Give the name of an empty file beside `path`, for its owner only, which becomes `path` when the block is through.

    Raises UserError if `path` exists: nothing is overwritten. What breaks off leaves nothing.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        _check_absent(path)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            yield part
            _sync(part)
            _check_absent(path)  # others may have been as long about it
            part.rename(path)
            _sync(path.absolute().parent)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from error


def _check_absent(path: Path) -> None:
    if path.exists():
        raise UserError(f"{path} is there already, and stays as it is: name another file")


def write(path: Path, header: Header, items: Iterable[Item]) -> Seal:
    """Write an export. Raises UserError, and what reading the items raises."""
    digest, count = hashlib.sha256(), 0
    with made_whole(path) as part, part.open("wb") as file:
        for line in _lines(header, items):
            file.write(line)
            digest.update(line)
            count += 1
        seal = Seal(count - 1, digest.hexdigest())
        file.write(seal_line(seal))
    return seal


def _lines(header: Header, items: Iterable[Item]) -> Iterator[bytes]:
    yield header_line(header)
    yield from map(item_line, items)


@dataclass(frozen=True, slots=True)
class Archive:
    """An export that was read once from end to end, and is in order."""

    path: Path
    header: Header
    seal: Seal
    size: int

    @classmethod
    def verified(cls, path: Path, *, step: Callable[[int], None] = lambda _: None) -> Archive:
        """Read all of it; raises UserError for a file that is no export, was cut off or was changed.

        `step` is told how many bytes were read.
        """
        digest, count, header, seal = hashlib.sha256(), -1, None, None
        with _opened(path) as file:
            for line in _read(file):
                if seal is not None:
                    raise NotReadableError("there is something after the last line")
                header = header or header_of(line)
                seal = seal_of(line)
                if seal is None:
                    if count >= 0:
                        item_of(line)
                    digest.update(line)
                    count += 1
                step(len(line))
            size = file.tell()
        if header is None or seal is None:
            raise NotReadableError(f"{path} is cut off: its last line is missing")
        if seal != Seal(count, digest.hexdigest()):
            raise NotReadableError(f"{path} was changed since it was written: count or digest do not fit")
        return cls(path, header, seal, size)

    def items(self, *, now: int, step: Callable[[int], None] = lambda _: None) -> Iterator[Item]:
        """Read the items that have not expired by `now` (ms)."""
        return travelling(self._items(step), account=self.header.account, now=now)

    def _items(self, step: Callable[[int], None]) -> Iterator[Item]:
        with _opened(self.path) as file:
            for number, line in enumerate(_read(file)):
                if 0 < number <= self.seal.items:
                    yield item_of(line)
                step(len(line))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST):
        if not line.endswith(b"\n"):
            raise NotReadableError("the file is cut off, or no export of Tallyhook")
        yield line


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
