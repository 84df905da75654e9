"""What is looked at before anything is sent: ids, minutes, dates, names. All raise UserError, naming what is wrong.

Limits: https://developer.nokotime.com/v2/, "Conventions" (ids are 4-byte integers) and "Tags" (30 characters).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PER_PAGE = 1000
MAX_TAG_NAME = 30
PORTION = 100
"""How many ids one call carries. Noko documents no limit, which does not mean that it has none."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def noko_id(value: Any, name: str = "id") -> int:
    """Return an id of Noko's: 1 to 2147483647."""
    if type(value) is not int or not 1 <= value <= MAX_NOKO_ID:
        raise UserError(f"{name} must be a whole number from 1 to {MAX_NOKO_ID}, not {value!r}")
    return value


def noko_ids(values: Iterable[Any], name: str = "ids") -> tuple[int, ...]:
    """Return ids, each once and in their order."""
    return tuple(dict.fromkeys(noko_id(value, name) for value in values))


def some_ids(values: Iterable[Any], name: str) -> tuple[int, ...]:
    """Return ids, at least one."""
    found = noko_ids(values, name)
    if not found:
        raise UserError(f"{name} must name at least one")
    return found


def minutes(value: Any) -> int:
    """Return minutes: whole, and not below 0. Noko has 0 for an entry without minutes."""
    if type(value) is not int or not 0 <= value <= MAX_NOKO_ID:
        raise UserError(f"minutes must be a whole number from 0 on, not {value!r}")
    return value


def date(value: Any, name: str = "date") -> str:
    """Write a calendar date as Noko reads it."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise UserError(f"{name} must be a date, not {value!r}")
    return value.isoformat()


def instant(value: Any, name: str) -> str:
    """Write an instant (ms) as Noko reads it: in UTC, cut to whole seconds."""
    if type(value) is not int:
        raise UserError(f"{name} must be milliseconds since 1970, not {value!r}")
    try:
        moment = dt.datetime.fromtimestamp(value // 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise UserError(f"{name} lies outside of the calendar: {value}") from None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def text(value: Any, name: str) -> str:
    """Return a text that Noko can store; it may be blank, which takes away what was there."""
    if not isinstance(value, str):
        raise UserError(f"{name} must be a text, not {value!r}")
    if _UNFIT.search(value):
        raise UserError(f"{name} holds a character that Noko cannot store")
    return value


def wanted_text(value: Any, name: str) -> str:
    """Return a text to filter by; a blank one would filter nothing."""
    if not text(value, name).strip():
        raise UserError(f"{name} must not be blank")
    return str(value)


def tag_name(value: Any) -> str:
    """Return the name of a tag, without its `#`; a star at its end, which makes it unbillable, does not count."""
    given = text(value, "the name of a tag")
    bare = given.removesuffix("*")
    if not bare.strip() or bare != bare.strip():
        raise UserError(f"the name of a tag must not be blank, nor begin or end with a space: {given!r}")
    if any(character in "#*,\t\n\r" for character in bare):
        raise UserError(f"the name of a tag holds no #, comma or line break, and no star but one at its end: {given!r}")
    if len(bare) > MAX_TAG_NAME:
        raise UserError(f"the name of a tag has at most {MAX_TAG_NAME} characters, and {bare!r} has {len(bare)}")
    return given


def per_page(value: Any) -> int:
    """Return the size of a page: 1 to 1000."""
    if type(value) is not int or not 1 <= value <= MAX_PER_PAGE:
        raise UserError(f"per_page must be a whole number from 1 to {MAX_PER_PAGE}, not {value!r}")
    return value
