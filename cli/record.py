"""An entry as `entries` prints it: one flat JSON object, whose fields are a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry

FIELDS = (
    ("key", "the entry's key: `github:<sha>`, or `form:<form>:<submission id>`"),
    (
        "status",
        "what is known of it: held, queued, posting, uncertain, needs_attention, refused, skipped, logged, dismissed",
    ),
    ("reason", "why it is where it is; null where there is nothing to say"),
    ("minutes", "what Noko made of it once it is logged, before that what was asked for"),
    ("date", "the day of the work"),
    ("description", "the text that Noko gets"),
    ("source_url", "where the work can be seen"),
    ("project", "the Noko project it goes to; null without a route"),
    ("person", "the e-mail of the Noko user whose time it is; null without a route"),
    ("noko_id", "the id of the entry in Noko; null until it is logged"),
    ("attempts", "how often it was tried to create it"),
)
"""The fields of a record and what each one means."""


def record(entry: Entry) -> dict[str, Any]:
    """Return the record of an entry."""
    draft, route = entry.draft, entry.route
    return {
        "key": entry.key,
        "status": entry.status.value,
        "reason": entry.reason,
        "minutes": minutes(entry),
        "date": draft.date.isoformat(),
        "description": draft.description,
        "source_url": draft.source_url,
        "project": route.project if route else None,
        "person": route.person if route else None,
        "noko_id": entry.noko_id,
        "attempts": entry.attempt,
    }


def minutes(entry: Entry) -> int:
    """Return what Noko made of it if it said so, else what was asked for."""
    return entry.draft.minutes if entry.logged_minutes is None else entry.logged_minutes


def short_key(key: str) -> str:
    """Return a key as people write it: a commit's first seven digits; the whole of any other."""
    return key.removeprefix("github:")[:7] if key.startswith("github:") else key
