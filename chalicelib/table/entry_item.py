"""Entries as items of the table, and back."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from chalicelib.domain.draft_json import draft_from_json, draft_to_json
from chalicelib.domain.entry import Attempt, Entry, Route
from chalicelib.domain.lifecycle import Status
from chalicelib.table.layout import Layout, expires_at

if TYPE_CHECKING:
    from chalicelib.ports.table import Item, Value

LANES = {
    Status.QUEUED: "queued",
    Status.POSTING: "due",
    Status.UNCERTAIN: "due",
    Status.NEEDS_ATTENTION: "attention",
    Status.HELD: "held",
    Status.REFUSED: "refused",
}
"""Where each entry waits that waits for something."""
_FOR_A_PERSON = frozenset({Status.REFUSED, Status.NEEDS_ATTENTION})
"""What the tick does not come back to; it has an instant only because its lane is sorted by one."""
_PLAIN = tuple(f.name for f in dataclasses.fields(Entry) if f.name not in {"draft", "route", "status"})


def to_item(entry: Entry, layout: Layout) -> dict[str, Value | None]:
    """Write an entry down. One that is open, so that it has a lane, never expires."""
    lane = LANES.get(entry.status)
    sha = entry.key.removeprefix("github:") if entry.key.startswith("github:") else None
    return {
        **{name: getattr(entry, name) for name in _PLAIN},
        "PK": layout.pk("entry", entry.key),
        "SK": "entry",
        "status": entry.status.value,
        "draft": json.dumps(draft_to_json(entry.draft), ensure_ascii=False),
        "route": json.dumps(dataclasses.asdict(entry.route), ensure_ascii=False) if entry.route else None,
        "lane": layout.lane(lane, entry.key) if lane else None,
        "due_at": (entry.due_at or 0) if lane else None,
        "month": layout.month("entries", entry.opened_at),
        "at": entry.opened_at,
        "sha_head": layout.sha_head(sha) if sha else None,
        "sha": sha,
        "expires_at": None if lane else expires_at(entry.changed_at, layout.kept.entries_days),
    }


def from_item(item: Item) -> Entry:
    """Read an entry back."""
    plain: dict[str, Any] = {name: item[name] for name in _PLAIN if name in item}
    route = item.get("route")
    if item["status"] in _FOR_A_PERSON:
        plain["due_at"] = None
    return Entry(
        **plain,
        status=Status(str(item["status"])),
        draft=draft_from_json(json.loads(str(item["draft"]))),
        route=Route(**json.loads(str(route))) if route else None,
    )


def attempt_to_item(key: str, attempt: Attempt, layout: Layout) -> dict[str, Value | None]:
    """Write a finished attempt down."""
    return {
        "PK": layout.pk("entry", key),
        "SK": attempt_sk(attempt.number),
        **dataclasses.asdict(attempt),
        "expires_at": expires_at(attempt.ended_at, layout.kept.entries_days),
    }


def attempt_from_item(item: Item) -> Attempt:
    """Read a finished attempt back."""
    names = (f.name for f in dataclasses.fields(Attempt))
    fields: dict[str, Any] = {name: item[name] for name in names if name in item}
    return Attempt(**fields)


def attempt_sk(number: int) -> str:
    """Return the sort key of an attempt."""
    return f"attempt#{number:06d}"
