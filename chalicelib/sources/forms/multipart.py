"""The parts of a `multipart/form-data` body: https://www.rfc-editor.org/rfc/rfc7578.

Ours, because the whole body is at hand: cutting bytes at a delimiter is one call, linear, and bounded by its
limits. The standard library's `email` reads nested messages recursively and line by line; the libraries for it
are machines for streams, which cost a start in Lambda more than all of this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.errors import MalformedRequest, UnsupportedContent
from chalicelib.sources.forms.charset import codec_of, decode
from chalicelib.sources.forms.parameter import MAX_LENGTH, parameters
from chalicelib.sources.forms.submission import MAX_FIELDS

_MAX_HEAD = 2 * MAX_LENGTH
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_PLAIN = {"", "7bit", "8bit", "binary"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a field's `value`, or a file, of which only the name is kept (`value` is empty)."""

    name: str
    value: str = ""
    filename: str | None = None


def parse(raw: bytes, *, boundary: str | None, codec: str) -> list[Part]:
    """Return the parts in their order; empty files, which browsers send for none chosen, are left out.

    `codec` reads what says no charset of its own. Raise MalformedRequest (`no_boundary · bad_boundary · no_parts ·
    cut_off · malformed_part · too_many_fields`, and what text may be, see `charset`) or UnsupportedContent
    (`unknown_charset · transfer_encoding`). Linear, at most 500 parts, at most 4,000 bytes of headers each.
    """
    if not boundary:
        raise MalformedRequest("the multipart body has no boundary", code="no_boundary")
    if not _BOUNDARY.fullmatch(boundary):
        raise MalformedRequest("the boundary is not one of 1 to 70 characters", code="bad_boundary")
    _, *chunks = (b"\r\n" + raw).split(b"\r\n--" + boundary.encode(), MAX_FIELDS + 2)
    parts: list[Part] = []
    for number, chunk in enumerate(chunks):
        if chunk.startswith(b"--"):
            return parts
        if number == MAX_FIELDS:
            raise MalformedRequest(f"the form has more than {MAX_FIELDS} fields", code="too_many_fields")
        part = _part(chunk, codec)
        if part is not None:
            parts.append(part)
    code = "cut_off" if chunks else "no_parts"
    raise MalformedRequest("the multipart body does not end with its boundary", code=code)


def _part(chunk: bytes, codec: str) -> Part | None:
    line_end = chunk.find(b"\r\n", 0, _MAX_HEAD)
    head_end = chunk.find(b"\r\n\r\n", 0, _MAX_HEAD)
    if head_end < 0 or chunk[:line_end].strip(b" \t"):
        raise MalformedRequest("a part has no headers, or too many", code="malformed_part")
    headers = _headers(decode(chunk[line_end + 2 : head_end], codec))
    content = chunk[head_end + 4 :]
    disposition = headers.get("content-disposition", "")
    given = parameters(disposition)
    name = given.get("name")
    if disposition.partition(";")[0].strip().lower() != "form-data" or not name:
        raise MalformedRequest("a part has no name", code="malformed_part")
    if "filename" in given or "filename*" in given:
        filename = given.get("filename", given.get("filename*", ""))
        return Part(name, filename=filename or name) if filename or content else None
    if headers.get("content-transfer-encoding", "").lower() not in _PLAIN:
        raise UnsupportedContent("a part is not sent as it is", code="transfer_encoding")
    charset = parameters(headers.get("content-type", "")).get("charset")
    return Part(name, decode(content, codec_of(charset) if charset else codec))


def _headers(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, text.split("\r\n")):
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or name in found:
            raise MalformedRequest("a part's headers cannot be read", code="malformed_part")
        found[name] = value.strip()
    return found
