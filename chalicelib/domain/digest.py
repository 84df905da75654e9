"""The digest: what waits for somebody, by person, with the one command that mends each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.letter import escaped
from chalicelib.domain.lifecycle import Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from chalicelib.domain.entry import Entry, Note

MOST_LISTED = 50
MALFORMED = "malformed"
WAITING: frozenset[Status] = frozenset({Status.HELD, Status.REFUSED, Status.NEEDS_ATTENTION})
"""The statuses in which an entry waits for a person."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `what` is an entry's status, or `malformed`; `minutes` are None for what is malformed."""

    person: str
    what: str
    key: str
    reason: str
    command: str
    minutes: int | None = None
    source_url: str | None = None


def of_entry(entry: Entry) -> Waiting:
    """Return what an entry that waits is waiting for."""
    commands = {
        Status.REFUSED: f"tallyhook replay {entry.key}",
        Status.NEEDS_ATTENTION: f"tallyhook resolve {entry.key} --again",
    }
    held = f"tallyhook amend {entry.key}" if entry.amends else f"tallyhook entry {entry.key}"
    author = entry.draft.author
    return Waiting(
        person=entry.route.person if entry.route else author.email or author.login or author.name or "somebody unnamed",
        what=entry.status.value,
        key=entry.key,
        reason=_short(entry.reason or ""),
        command=commands.get(entry.status, held),
        minutes=entry.draft.minutes,
        source_url=entry.draft.source_url,
    )


def of_note(note: Note) -> Waiting:
    """Return what a commit or submission with a directive that could not be read waits for: to be said again."""
    said = f"{note.text}: {note.reason}" if note.text else note.reason
    return Waiting(
        person=note.who or "somebody unnamed",
        what=MALFORMED,
        key=note.key,
        reason=_short(said),
        command=f"tallyhook entry {note.key}",
    )


def data(day: dt.date, waiting: Iterable[Waiting]) -> dict[str, Any]:
    """Return a digest for programs: at most 50 things, in the order of people; `left_out` says how many more."""
    ordered = _ordered(waiting)
    return {
        "date": day.isoformat(),
        "total": len(ordered),
        "left_out": max(0, len(ordered) - MOST_LISTED),
        "waiting": [
            {
                "person": each.person,
                "what": each.what,
                "key": each.key,
                "minutes": each.minutes,
                "reason": each.reason,
                "command": each.command,
                "source_url": each.source_url,
            }
            for each in ordered[:MOST_LISTED]
        ],
    }


def text(day: dt.date, waiting: Iterable[Waiting]) -> str:
    """Return a digest for people, in Slack's markup."""
    ordered = _ordered(waiting)
    counts = Counter(each.what for each in ordered)
    total = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in sorted(counts.items()))
    lines = [f"*Tallyhook, {day.isoformat()}:* {total}"]
    person = None
    for each in ordered[:MOST_LISTED]:
        if each.person != person:
            person = each.person
            lines.append(f"*{escaped(person)}*")
        amount = "" if each.minutes is None else f"{each.minutes} min, "
        lines.append(f"• {amount}{each.what.replace('_', ' ')}: {escaped(each.reason)} — `{escaped(each.command)}`")
    if len(ordered) > MOST_LISTED:
        lines.append(f"and {len(ordered) - MOST_LISTED} more: `tallyhook entries`")
    return "\n".join(lines)


def _ordered(waiting: Iterable[Waiting]) -> list[Waiting]:
    unique = {(each.key, each.what): each for each in waiting}
    return sorted(unique.values(), key=lambda each: (each.person, each.what, each.key))


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST else reason[: _LONGEST - 1] + "…"
