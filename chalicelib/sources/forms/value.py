"""What a piece of JSON says in text, and the pieces of a tree that senders document, found without trusting them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from chalicelib.errors import MalformedRequest
from chalicelib.sources.forms.submission import Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NESTED = "{…}"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def text(value: object) -> str | None:
    """Return a scalar as text, `""` for null; None for a list or an object. Numbers are texts already."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def field(name: str, value: object, *, key: str | None = None) -> Field:
    """Build a field of any piece of JSON: a scalar is one value, a list of scalars several; the rest is nested."""
    texts = [text(item) for item in (value if isinstance(value, list) else [value])]
    nested = (NESTED,) if None in texts else ()
    return Field(name, tuple(each for each in texts if each is not None), key, nested)


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Sequence[Mapping[str, Any]]:
    """Return the objects in a list, and none for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def required_mappings(value: object, *, what: str) -> Sequence[Mapping[str, Any]]:
    """Return the objects in a list; MalformedRequest (`wrong_shape`) if it is no list of nothing but objects."""
    found = mappings(value)
    if not isinstance(value, list) or len(found) != len(value):
        raise wrong_shape(what)
    return found


def wrong_shape(what: str) -> MalformedRequest:
    """Build the error for a body that lacks `what` its sender always sends."""
    return MalformedRequest(f"the body is not what this form's sender sends: there is no {what}", code="wrong_shape")


def milliseconds(value: object) -> int | None:
    """Return the instant of an ISO 8601 text with an offset, in milliseconds since 1970; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return (moment - _EPOCH) // _MILLISECOND if moment is not None and moment.tzinfo is not None else None
