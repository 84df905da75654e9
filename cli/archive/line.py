"""The lines of an export: a header, an item each, and a last one that counts and seals what stands before it.

Each line is JSON in ASCII with sorted keys and no blanks, so that equal items are equal lines. Bytes are
`{"base64": "…"}`; texts, whole numbers and truth values are themselves. Nothing here reads or writes.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from chalicelib.errors import UserError

if TYPE_CHECKING:
    from chalicelib.ports.table import Item, Value

FORMAT = "tallyhook-export"
VERSION = 1


class NotReadableError(UserError):
    """A file that is no export of ours, or not a whole one."""

    quotes = False


@dataclass(frozen=True, slots=True)
class Header:
    """Where an export comes from. Instants are milliseconds.

    `owner` is the stamp of the store: account and Noko. `as_of` is from when on the items may lack what has happened:
    when the export was begun, or earlier if the store itself had been put back and not been reconciled since.
    """

    account: str
    owner: str
    as_of: int
    taken_at: int
    source: str
    program: str


@dataclass(frozen=True, slots=True)
class Seal:
    """How many items there are, and the SHA-256 of all lines before, in hex digits."""

    items: int
    sha256: str


def header_line(header: Header) -> bytes:
    """Write the first line."""
    return _line({"format": FORMAT, "version": VERSION, **asdict(header)})


def header_of(line: bytes) -> Header:
    """Read the first line; raises NotReadableError for another format, or one of a newer version."""
    try:
        data = _data(line)
    except NotReadableError:
        data = {}
    if data.get("format") != FORMAT or type(data.get("version")) is not int:
        raise NotReadableError("this is no export of Tallyhook")
    if data["version"] > VERSION:
        raise NotReadableError(f"this export is of a newer version ({data['version']}): use that version of Tallyhook")
    values: dict[str, Any] = {field.name: data.get(field.name) for field in fields(Header)}
    if any(type(values[field.name]).__name__ != field.type for field in fields(Header)):
        raise NotReadableError("the first line lacks something")
    return Header(**values)


def item_line(item: Item) -> bytes:
    """Write an item."""
    return _line({name: _plain(value) for name, value in item.items()})


def item_of(line: bytes) -> Item:
    """Read an item; raises NotReadableError for anything that `item_line` does not write."""
    item = {name: _value(plain) for name, plain in _data(line).items()}
    if not all(isinstance(item.get(name), str) and item[name] for name in ("PK", "SK")) or item_line(item) != line:
        raise NotReadableError("a line is no item")
    return item


def seal_line(seal: Seal) -> bytes:
    """Write the last line."""
    return _line({"seal": asdict(seal)})


def seal_of(line: bytes) -> Seal | None:
    """Read a line if it is the last one, else return None."""
    if not line.startswith(b'{"seal":'):
        return None
    data = _data(line)["seal"]
    if not isinstance(data, dict) or data.keys() != {"items", "sha256"}:
        raise NotReadableError("the last line lacks something")
    return Seal(**data)


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def _data(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise NotReadableError("a line is not readable")
    return data


def _plain(value: Value) -> Any:
    return {"base64": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _value(plain: Any) -> Value:
    if isinstance(plain, str | bool | int):
        return plain
    try:
        return base64.b64decode(plain["base64"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise NotReadableError("a line is no item") from None
