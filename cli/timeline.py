"""An entry's life as a person reads it: what happened when, what happens next, and what can be done about it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.lifecycle import SWEPT, Status, commands_for
from cli.moment import distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.entry import Attempt, Entry
    from chalicelib.domain.throttle import Bucket
    from cli.story import Found

OUTCOMES = {
    "created": "created in Noko",
    "refused": "Noko said no",
    "throttled": "turned away by Noko's rate limit",
    "unavailable": "did not reach Noko",
    "unknown": "left for Noko, and nobody knows what it did",
    "lost": "nobody knows what it did",
}
"""What each kind of attempt is called."""

NEXT = {
    Status.QUEUED: "It waits for its turn and is sent to Noko by itself.",
    Status.POSTING: "The attempt is under way. If it is lost, Tallyhook looks in Noko before it tries again.",
    Status.NEEDS_ATTENTION: "Look in Noko for an entry with this link, then say which one it is, or that none is.",
    Status.REFUSED: "It stays as it is until somebody mends the cause and replays it, or gives it up.",
    Status.HELD: "It is judged anew when the routing file or Noko's people and projects change; or somebody decides.",
    Status.SKIPPED: "Nothing more happens, unless somebody wants it logged all the same.",
    Status.LOGGED: "Nothing to do: it is in Noko. Should somebody delete it there, it is not created again.",
    Status.DISMISSED: "Nothing to do: somebody gave it up.",
}
"""What happens next, where that is always the same; for `uncertain` it depends on the time."""

_USES = {
    "replay": ("replay {key}",),
    "route": ("route {key} --project PROJECT --person PERSON",),
    "resolve": ("resolve {key} --is NOKO_ID", "resolve {key} --again"),
    "amend": ("amend {key}",),
    "dismiss": ("dismiss {key}",),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant (ms)."""

    at: int
    what: str


def events(found: Found) -> tuple[Event, ...]:
    """Tell what happened to an entry, in order."""
    entry = found.entry
    told = [Event(entry.received_at, _arrival(found)), Event(entry.opened_at, _opened(entry))]
    if found.note is not None:
        told.append(Event(found.note.noted_at, f"a submission was {found.note.note.kind}: {found.note.note.reason}"))
    told += [Event(attempt.ended_at, _attempt(attempt)) for attempt in found.attempts]
    told += _current(entry, has_record=any(attempt.number == entry.attempt for attempt in found.attempts))
    return tuple(sorted(told, key=lambda event: event.at))


def _arrival(found: Found) -> str:
    draft = found.entry.draft
    if found.entry.delivery.startswith("restore:"):
        return f"the table had lost it when it was restored; Noko has it, for a commit of {draft.repository}"
    if draft.form is not None:
        return f"arrived, from {draft.author.email or 'somebody unnamed'}, by the form {draft.form}"
    author = draft.author.email or draft.author.login or draft.author.name or "somebody unnamed"
    return f"arrived, from {author}, on branch {draft.branch} of {draft.repository}"


def _opened(entry: Entry) -> str:
    return f"opened: {entry.remark}" if entry.remark else "opened"


def _attempt(attempt: Attempt) -> str:
    said = f"attempt {attempt.number}: {OUTCOMES.get(attempt.outcome, attempt.outcome)}"
    return f"{said} ({attempt.detail})" if attempt.detail else said


def _current(entry: Entry, *, has_record: bool) -> Iterator[Event]:
    """Tell what stands on the entry itself: the attempt that has no record of its own, and the last change."""
    match entry.status:
        case Status.LOGGED if not has_record and entry.attempt:
            yield Event(entry.changed_at, f"attempt {entry.attempt}: created in Noko as entry {entry.noko_id}")
        case Status.LOGGED:
            yield Event(entry.changed_at, f"found in Noko as entry {entry.noko_id}")
        case Status.POSTING:
            began = entry.changed_at if entry.claimed_at is None else entry.claimed_at
            yield Event(began, f"attempt {entry.attempt} began")
        case Status.UNCERTAIN if entry.absent_at is not None:
            yield Event(entry.absent_at, "looked for in Noko, and not found the first time")
        case _ if entry.changed_at > entry.opened_at:
            yield Event(entry.changed_at, _spoken(entry.status))


def next_step(entry: Entry, *, throttle: Bucket, now: int) -> str:
    """Say what happens next, by itself or by a person."""
    if throttle.restored_to is not None and entry.status in SWEPT:
        return "The table was restored, and nothing is posted until `tallyhook restore` has reconciled it with Noko."
    if throttle.paused_at is not None and entry.status in SWEPT:
        since = distance(throttle.paused_at, now=now)
        return (
            f"Calls to Noko are paused ({since}: {throttle.pause_reason}). Tallyhook asks once a minute whether that "
            "is over, and then goes on by itself; `tallyhook check` tells more."
        )
    if entry.status is Status.UNCERTAIN:
        due = "soon" if entry.due_at is None or entry.due_at <= now else distance(entry.due_at, now=now)
        return f"Tallyhook looks for it in Noko {due}, and then goes on by itself. It never guesses."
    return NEXT[entry.status]


def commands(entry: Entry) -> tuple[str, ...]:
    """Name the commands with which a person can move the entry on, ready to be typed."""
    anyway = " --anyway" if entry.status is Status.SKIPPED or entry.amends else ""
    return tuple(
        f"tallyhook {use.format(key=shlex.quote(entry.key))}{anyway if command == 'replay' else ''}"
        for command in commands_for(entry.status)
        if command != "amend" or entry.amends
        for use in _USES[command]
    )


def _spoken(status: Status) -> str:
    return status.value.replace("_", " ")
