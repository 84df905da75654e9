"""What one attempt at creating an entry taught us. Outcomes are values, not exceptions.

The line that matters runs between "we know that it did not happen" (Refused, Throttled, Unavailable) and
"nobody knows" (Unknown): only the former may be tried again without asking Noko first.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Created:
    """Noko holds the entry.

    `noko_id` is None when the 201 could not be read and named no `Location`: then reconciling finds the id.
    `minutes` is what Noko made of ours (it rounds up to the project's billing increment), if it said so.
    """

    noko_id: int | None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Noko answered that it will not create this entry. Trying the same again is pointless."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """An empty 429: Noko's limiter turned the request away before anything saw it."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The attempt did not happen: it failed before its first byte was sent, or was stopped by our own guard."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left and its fate is not known."""

    reason: str


Outcome = Created | Refused | Throttled | Unavailable | Unknown
