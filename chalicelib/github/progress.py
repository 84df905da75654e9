"""What catching up remembers from one run to the next. Losing it costs calls, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

DONE = 0
"""Instead of a page: there is nothing more to be done."""


@dataclass(slots=True)
class Progress:
    """How far catching up has come. An event is called `<hook>:<guid>`.

    The next round begins at `due_at` (ms). `asked` are the events whose redelivery this round asked for, `pages` the
    next page of those that are read through the API, or DONE; `settled` tells for a hook before which instant
    nothing is left to be done.
    """

    due_at: int = 0
    asked: set[str] = field(default_factory=set)
    pages: dict[str, int] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)


def to_text(progress: Progress) -> str:
    """Return it as JSON."""
    record = {"due_at": progress.due_at, "asked": sorted(progress.asked)}
    return json.dumps(record | {"pages": progress.pages, "settled": progress.settled})


def from_text(text: str) -> Progress:
    """Read what `to_text` wrote; nothing of it where nothing was written yet."""
    if not text:
        return Progress()
    record = json.loads(text)
    return Progress(record["due_at"], set(record["asked"]), record["pages"], record["settled"])
