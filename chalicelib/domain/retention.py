"""How long things are kept: what the settings say, and the bounds that keep each work one entry."""

from __future__ import annotations

from dataclasses import dataclass

MIN_ENTRIES_DAYS = 400
"""A key that is forgotten is new again; by then its work is older than what is posted unasked (`max_age_days`)."""
MIN_DAYS = 7
"""What questions, digests and a failed night look back to is there at least this long."""
MAX_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Retention:
    """Days: of a delivery's contents since it was opened, of an entry since its last change, of a note.

    Keys of deliveries, attempts, works and runs live as long as entries. What is open lives for as long as it is.
    """

    contents_days: int = 30
    entries_days: int = MIN_ENTRIES_DAYS
    notes_days: int = 90
