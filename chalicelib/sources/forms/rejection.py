"""Why a submission cannot become an entry."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.duration import shorten

MAX_FIELD = 100
MAX_VALUE = 100
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Rejection:
    """The field as its form calls it, the answer that was given, and a sentence with what would be right.

    `value` is empty where an answer is missing. Each part is on one line and bounded.
    """

    field: str
    value: str
    reason: str


def rejection(field: str, value: str, reason: str) -> Rejection:
    """Build one, shortening what is too long."""
    return Rejection(shorten(field, MAX_FIELD), shorten(value, MAX_VALUE), shorten(reason, MAX_REASON))
