"""What catching up remembers from one run to the next. Losing it costs calls, and nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

DONE = 0
"""Instead of a page: there is nothing more to be done."""


@dataclass(slots=True)
class Progress:
    """How far catching up has come. An event is called `<hook>:<guid>`; instants are milliseconds.

    The next round begins at `due_at`; one that is under way began at `began_at`. `asked` are the events whose
    redelivery this round asked for, `pages` the next page of those that are read through the API, or DONE; `settled`
    tells for a hook before which instant nothing is left to be done.
    """

    due_at: int = 0
    began_at: int | None = None
    asked: set[str] = field(default_factory=set)
    pages: dict[str, int] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)


def to_text(progress: Progress) -> str:
    """Return it as JSON."""
    return json.dumps({**asdict(progress), "asked": sorted(progress.asked)})


def from_text(text: str) -> Progress:
    """Read what `to_text` wrote; nothing of it where nothing was written yet."""
    if not text:
        return Progress()
    record = json.loads(text)
    return Progress(**{**record, "asked": set(record["asked"])})
