"""One field out of an `application/x-www-form-urlencoded` body, as bytes.

Bytes, because what the field holds has its own reader, which must see any broken UTF-8 for itself.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from chalicelib.errors import MalformedRequest

MAX_FIELDS = 100


def parse_field(raw: bytes, name: bytes) -> bytes:
    """Return the decoded value of the one field `name`; raise MalformedRequest, and nothing else.

    Codes: `too_many_fields · no_field · repeated_field`. The form of the encoding:
    https://url.spec.whatwg.org/#application/x-www-form-urlencoded
    """
    if raw.count(b"&") >= MAX_FIELDS:
        raise MalformedRequest(f"the form has more than {MAX_FIELDS} fields", code="too_many_fields")
    pairs = (field.partition(b"=") for field in raw.split(b"&"))
    values = [value for key, _, value in pairs if _decoded(key) == name]
    if not values:
        raise MalformedRequest(f"the form has no field '{name.decode()}'", code="no_field")
    if len(values) > 1:
        raise MalformedRequest(f"the form has the field '{name.decode()}' twice", code="repeated_field")
    return _decoded(values[0])


def _decoded(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))
