"""A form's body, read as far as its content type goes: a JSON object, or pairs of names and values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from chalicelib.errors import MalformedRequest, UnsupportedContent
from chalicelib.sources.forms import multipart
from chalicelib.sources.forms.charset import codec_of, decode
from chalicelib.sources.forms.parameter import parameters
from chalicelib.sources.forms.submission import MAX_FIELDS
from chalicelib.sources.header import header_values, media_type
from chalicelib.sources.json_body import parse_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.sources.header import Headers

JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds: a JSON object (`tree`), or else `pairs` in their order, and the names of `files`.

    In a tree every number is the text it was written as. `headers` are the request's own.
    """

    headers: Headers
    tree: Mapping[str, Any] | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()

    def json_object(self) -> Mapping[str, Any]:
        """Return the JSON object, from senders that send nothing else; else raise UnsupportedContent."""
        if self.tree is None:
            raise UnsupportedContent(f"this form's sender sends {JSON}")
        return self.tree


def read_content(headers: Headers, raw: bytes) -> Content:
    """Read a body by its content type; without one, it is JSON. Linear.

    Raise UnsupportedContent for other types, charsets and encodings, and MalformedRequest, with the codes of
    `json_body`, `multipart` and `charset`, for what is not of its type.
    """
    kind = media_type(headers) or JSON
    if kind not in {JSON, URLENCODED, MULTIPART}:
        raise UnsupportedContent(f"forms are sent as {JSON}, {URLENCODED} or {MULTIPART}")
    given = parameters("".join(header_values(headers, "Content-Type")))
    codec = codec_of(given.get("charset"))
    if kind == JSON:
        return Content(headers, tree=parse_json(raw if codec == "utf-8" else decode(raw, codec).encode()))
    if not raw.strip():
        raise MalformedRequest("the body is empty", code="empty_body")
    if kind == URLENCODED:
        return Content(headers, pairs=_urlencoded(raw, codec))
    parts = multipart.parse(raw, boundary=given.get("boundary"), codec=codec)
    return Content(
        headers,
        pairs=tuple((part.name, part.value) for part in parts if part.filename is None),
        files=tuple(part.filename for part in parts if part.filename is not None),
    )


def parse_json(raw: bytes) -> dict[str, Any]:
    """Return the JSON object with its numbers as text, so that none is rounded; else raise MalformedRequest.

    It is read twice: strictly by `json_body`, whose numbers are Python's, and then for the texts of the numbers.
    """
    parse_object(raw)
    try:
        tree: dict[str, Any] = json.loads(raw, parse_int=str, parse_float=str)
    except RecursionError:  # the first reading had a little more room
        raise MalformedRequest("the JSON is nested too deeply", code="too_deep") from None
    return tree


def _urlencoded(raw: bytes, codec: str) -> tuple[tuple[str, str], ...]:
    """Read https://url.spec.whatwg.org/#application/x-www-form-urlencoded; empty pieces are left out."""
    if raw.count(b"&") >= MAX_FIELDS:
        raise MalformedRequest(f"the form has more than {MAX_FIELDS} fields", code="too_many_fields")
    pairs = (piece.partition(b"=") for piece in raw.split(b"&") if piece)
    return tuple((_decoded(name, codec), _decoded(value, codec)) for name, _, value in pairs)


def _decoded(piece: bytes, codec: str) -> str:
    return decode(unquote_to_bytes(piece.replace(b"+", b" ")), codec)
