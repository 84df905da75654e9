"""How long it took, from the fields that say so. A number without a unit counts only where its field's name has one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import floor
from typing import TYPE_CHECKING

from chalicelib.domain.duration import LONGEST, Limits, Unreadable, parse, within
from chalicelib.sources.forms.alias import unit_of
from chalicelib.sources.forms.rejection import Rejection, rejection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.sources.forms.alias import Unit
    from chalicelib.sources.forms.submission import Field

_BARE = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+")
_WHOLE = re.compile(r"([0-9]+)(?:[.,]0{1,2})?")
"""A whole number, also as spreadsheets write it. Three digits after the point may be thousands."""
_CLOCK = re.compile(r"[0-9]+:[0-9]+")
_RIGHT = {
    "hours": "write hours such as 1.5, or a duration such as 1h30m",
    "minutes": "write whole minutes such as 90, or a duration such as 1h30m",
    None: "write a duration such as 1h30m, 90m or 1:30",
}


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one field says. `unit` is that of a bare number, whose `minutes` may be none or too many."""

    field: Field
    text: str
    minutes: Fraction
    unit: Unit | None = None


def read_minutes(found: Mapping[str, Sequence[Field]], limits: Limits) -> int | Rejection:
    """Return the minutes that the fields for `minutes`, `hours` and `duration` agree on, rounded half up.

    The unit in a field's name goes before our word for it: that is what its author saw. Whole hours and fewer
    than 60 minutes side by side are one time of two parts; all else has to agree.
    """
    claims: list[_Claim] = []
    for word in ("minutes", "hours", "duration"):
        for field in found.get(word, ()):
            claim = _read(field, _unit(field, word), limits)
            if isinstance(claim, Rejection):
                return claim
            claims.append(claim)
    if not claims:
        return rejection(
            "duration",
            "",
            "no answer says how long it took; ask for it in a field called hours, minutes or time spent, or name the "
            "field under [forms.fields]",
        )
    total = _agreed(claims)
    if total is None:
        said = ", ".join(f"'{claim.text}'" for claim in claims)
        return rejection(claims[-1].field.name, claims[-1].text, f"{said} do not agree; say how long it took once")
    minutes = within(floor(total + Fraction(1, 2)), limits)
    if isinstance(minutes, Unreadable):
        first = claims[0]
        return rejection(first.field.name, first.text, f"{minutes.reason}; {_right(first.unit, limits)}")
    return minutes


def _unit(field: Field, word: str) -> Unit | None:
    named = unit_of(field.name)
    if named is not None or word == "duration":
        return named
    return "hours" if word == "hours" else "minutes"


def _read(field: Field, unit: Unit | None, limits: Limits) -> _Claim | Rejection:
    text = " ".join(", ".join(field.values).split())
    if unit is not None and len(text) <= LONGEST and _BARE.fullmatch(text):
        return _bare(field, text, unit)
    if unit == "minutes" and _CLOCK.fullmatch(text):
        return rejection(field.name, text, f"hours and minutes in a field of minutes; {_RIGHT[unit]}")
    minutes = parse(text, limits, bare=False)
    if isinstance(minutes, Unreadable):
        return rejection(field.name, text, f"{minutes.reason}; {_right(unit, limits)}")
    return _Claim(field, text, Fraction(minutes))


def _bare(field: Field, text: str, unit: Unit) -> _Claim | Rejection:
    if unit == "hours":
        return _Claim(field, text, 60 * Fraction("0" + text.replace(",", ".")), unit)
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        return rejection(field.name, text, f"not a whole number of minutes; {_RIGHT[unit]}")
    return _Claim(field, text, Fraction(whole[1]), unit)


def _agreed(claims: list[_Claim]) -> Fraction | None:
    if len({claim.minutes for claim in claims}) == 1:
        return claims[0].minutes
    if len(claims) == 2:
        for hours, minutes in product(claims, claims):
            is_clock = (hours.unit, minutes.unit) == ("hours", "minutes")
            if is_clock and hours.minutes % 60 == 0 and minutes.minutes < 60:
                return hours.minutes + minutes.minutes
    return None


def _right(unit: Unit | None, limits: Limits) -> str:
    return f"{_RIGHT[unit]}, from 1 to {limits.max_minutes} minutes"
