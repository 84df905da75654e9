"""A story as one JSON object, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from chalicelib.domain.entry import Draft
from cli.moment import iso
from cli.record import record
from cli.story import Arrived, Found, Noted, Unheard
from cli.timeline import commands, events, next_step

if TYPE_CHECKING:
    from chalicelib.domain.throttle import Bucket
    from chalicelib.ports import StoredDelivery
    from cli.story import Arrival, Story


def story_record(story: Story, *, throttle: Bucket, now: int) -> dict[str, Any]:
    """Return an object whose `found` says what it is: `entry`, `note`, `delivery` or `nothing`."""
    match story:
        case Found():
            return _found(story, throttle=throttle, now=now)
        case Noted(stored=stored, delivery=delivery):
            note = stored.note
            known = {"key": note.key, "kind": note.kind, "reason": note.reason, "field": note.field, "text": note.text}
            noted = {"delivery": stored.delivery, "noted_at": iso(stored.noted_at)}
            return {"found": "note", **known, **noted, "arrived": _delivery(delivery) if delivery else None}
        case Arrived(arrivals=arrivals):
            return {"found": "delivery", "key": arrivals[0].key, "arrivals": [_arrival(each) for each in arrivals]}
        case Unheard(word=word, incomplete=incomplete):
            return {"found": "nothing", "asked": word, "incomplete": [_delivery(each) for each in incomplete]}
        case _:
            assert_never(story)


def _found(story: Found, *, throttle: Bucket, now: int) -> dict[str, Any]:
    entry = story.entry
    attempts = [
        {
            "number": attempt.number,
            "started_at": iso(attempt.started_at),
            "ended_at": iso(attempt.ended_at),
            "outcome": attempt.outcome,
            "detail": attempt.detail,
        }
        for attempt in story.attempts
    ]
    return {
        "found": "entry",
        **record(entry),
        "delivery": entry.delivery,
        "received_at": iso(entry.received_at),
        "opened_at": iso(entry.opened_at),
        "changed_at": iso(entry.changed_at),
        "form": entry.draft.form,
        "repository": entry.draft.repository,
        "branch": entry.draft.branch,
        "asked_minutes": entry.draft.minutes,
        "amends": entry.amends,
        "remark": entry.remark,
        "kept_attempts": attempts,
        "events": [{"at": iso(event.at), "what": event.what} for event in events(story)],
        "next": next_step(entry, throttle=throttle, now=now),
        "commands": list(commands(entry)),
    }


def _arrival(arrival: Arrival) -> dict[str, Any]:
    content = arrival.content
    if content is None:
        holds: dict[str, Any] = {"holds": "silence"}
    elif isinstance(content, Draft):
        holds = {"holds": "draft", "minutes": content.minutes, "date": content.date.isoformat()}
    else:
        holds = {"holds": content.kind, "reason": content.reason, "text": content.text}
    return {**_delivery(arrival.delivery), **holds}


def _delivery(stored: StoredDelivery) -> dict[str, Any]:
    return {
        "delivery": stored.delivery.key,
        "received_at": iso(stored.received_at),
        "opened_at": iso(stored.opened_at) if stored.opened_at is not None else None,
        "form": stored.delivery.form,
        "repository": stored.delivery.repository,
        "branch": stored.delivery.branch,
    }
