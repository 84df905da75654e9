"""Reading HTTP headers without trusting their sender: names in any case, values repeated or missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.errors import MalformedRequest, UnsupportedContent

Headers = Mapping[str, str | Sequence[str]]
"""Header names in any case; a sequence where the server kept the values of a repeated header apart."""


def header_values(headers: Headers, name: str) -> tuple[str, ...]:
    """Return every value sent under `name`, compared without case."""
    wanted = name.lower()
    found: list[str] = []
    for key, value in headers.items():
        if key.lower() == wanted:
            found += (value,) if isinstance(value, str) else value
    return tuple(found)


def required_header(headers: Headers, name: str, *, code: str) -> str:
    """Return the one value of `name`; MalformedRequest with `code` if it is missing, empty or repeated."""
    values = header_values(headers, name)
    if len(values) != 1 or not values[0]:
        raise MalformedRequest(f"exactly one {name} header is needed", code=code)
    return values[0]


def media_type(headers: Headers) -> str | None:
    """Return the content type in lower case without its parameters; None if there is none.

    Raise UnsupportedContent for two content types at once, and for a compressed body.
    """
    encodings = header_values(headers, "Content-Encoding")
    if any(encoding.strip().lower() not in {"", "identity"} for encoding in encodings):
        raise UnsupportedContent("a compressed body is not accepted")
    types = header_values(headers, "Content-Type")
    if len(types) > 1:
        raise UnsupportedContent("the request has more than one content type")
    return types[0].partition(";")[0].strip().lower() or None if types else None
