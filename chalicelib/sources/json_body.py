"""A JSON object from bytes that anybody may have sent: strict where Python's own reader is generous.

Python takes NaN, duplicate keys, UTF-16, lone surrogates and numbers of any length. Each of them later breaks
something else (a checksum, a table, a log), so each is refused here, under a code of its own:
`empty_body · not_utf8 · byte_order_mark · nul · not_json · too_deep · not_an_object · duplicate_key ·
not_a_number · number_too_long · lone_surrogate`.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from chalicelib.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DIGITS = 100
"""No honest number is longer, and reading one takes time that grows with the square of its length."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parse_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that `raw` is the UTF-8 text of; raise MalformedRequest, and nothing else.

    Every string in it can be encoded as UTF-8 and holds no NUL; every number is finite. How deep it may nest
    is Python's to say (hundreds of levels, never 100,000). Linear in the length of `raw`.
    """
    text = _text(raw)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError:
        raise MalformedRequest("the JSON is nested too deeply", code="too_deep") from None
    except ValueError as error:
        raise MalformedRequest(f"the body is not JSON: {error}", code="not_json") from None
    if not isinstance(value, dict):
        raise MalformedRequest("the JSON is not an object", code="not_an_object")
    if "\\u" in text:  # without an escape there is no way to write what the next line looks for
        _check_strings(value)
    return value


def _text(raw: bytes) -> str:
    if not raw.strip():
        raise MalformedRequest("the body is empty", code="empty_body")
    if raw.startswith(_BYTE_ORDER_MARK):
        raise MalformedRequest("the body starts with a byte-order mark", code="byte_order_mark")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise MalformedRequest("the body is not UTF-8", code="not_utf8") from None
    if "\x00" in text[:2]:  # JSON starts with an ASCII character: a zero next to it is UTF-16 or UTF-32
        raise MalformedRequest("the body is not UTF-8", code="not_utf8")
    if "\x00" in text:
        raise MalformedRequest("the body holds a NUL", code="nul")
    return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise MalformedRequest("a JSON object has the same key twice", code="duplicate_key")
    return unique


def _constant(name: str) -> float:
    raise MalformedRequest(f"{name} is not a JSON number", code="not_a_number")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise MalformedRequest("a number is too large", code="not_a_number")
    return number


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise MalformedRequest(f"a number has more than {MAX_DIGITS} digits", code="number_too_long")
    return int(digits)


def _check_strings(value: dict[str, Any]) -> None:
    for text in _strings(value):
        if "\x00" in text:
            raise MalformedRequest("a string holds a NUL", code="nul")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise MalformedRequest("a string holds half a character", code="lone_surrogate") from None


def _strings(value: dict[str, Any]) -> Iterator[str]:
    """Yield every key and string in `value`, with a stack of its own: the value may be deep."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.keys()
            waiting += item.values()
