"""A story as lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.entry import Draft
from cli.moment import distance, spoken
from cli.record import minutes
from cli.story import SEARCHED_DAYS, Arrived, Found, Noted, Unheard
from cli.style import status_piece
from cli.timeline import commands, events, next_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.entry import Note
    from chalicelib.domain.throttle import Bucket
    from chalicelib.ports import StoredDelivery
    from cli.story import Arrival, Story
    from cli.terminal import Piece

Line = tuple["Piece", ...]

_LABEL = 12


def tell(story: Story, *, throttle: Bucket, now: int) -> Iterator[Line]:
    """Yield the lines of a story."""
    match story:
        case Found():
            yield from _found(story, throttle=throttle, now=now)
        case Noted():
            yield from _noted(story, now=now)
        case Arrived(arrivals=arrivals):
            for arrival in arrivals:
                yield from _arrived(arrival, throttle=throttle, now=now)
        case Unheard():
            yield from _unheard(story, now=now)
        case _:
            assert_never(story)


def _found(story: Found, *, throttle: Bucket, now: int) -> Iterator[Line]:
    entry = story.entry
    yield (status_piece(entry.status), "  ", (entry.draft.description, "bold"))
    if entry.reason:
        yield ("  ", entry.reason)
    yield ()
    rounded = (
        "" if minutes(entry) == entry.draft.minutes else f" ({entry.draft.minutes} were asked for; Noko rounds up)"
    )
    yield _fact("time", f"{minutes(entry)} min on {entry.draft.date.isoformat()}{rounded}")
    if entry.route is not None:
        yield _fact("goes to", f"{entry.route.project}, as {entry.route.person}")
    if entry.noko_id is not None:
        yield _fact("in Noko", f"entry {entry.noko_id}")
    yield _fact("link", entry.draft.source_url)
    yield _fact("key", entry.key)
    yield _fact("delivery", entry.delivery)
    yield ()
    for event in events(story):
        yield ((spoken(event.at), "dim"), "  ", event.what)
    yield ()
    yield (("Next: ", "bold"), next_step(entry, throttle=throttle, now=now))
    for command in commands(entry):
        yield ("  ", (command, "cyan"))


def _noted(story: Noted, *, now: int) -> Iterator[Line]:
    note = story.stored.note
    yield ((f"no entry: {note.kind}", "yellow"), "  ", (note.reason, "bold"))
    if note.text:
        yield ("  ", f"{note.field}: {note.text}" if note.field else note.text)
    yield ()
    yield _fact("commit" if note.key != note.subject else "key", note.subject)
    yield _fact("noted", f"{spoken(story.stored.noted_at)}, {distance(story.stored.noted_at, now=now)}")
    yield _fact("delivery", story.stored.delivery)
    if story.delivery is not None:
        yield _fact("from", _origin(story.delivery))
    if note.kind == "malformed":
        yield ()
        yield from _mend(note)


def _mend(note: Note) -> Iterator[Line]:
    if note.key == note.subject:  # a submission
        yield (("Next: ", "bold"), "Nothing of it was logged. Mend the form, or the routing file, and have its sender")
        yield ("send it again: ", ("tallyhook forms test FORM FILE", "cyan"), " shows what it would become.")
        return
    yield (("Next: ", "bold"), "Nothing of it was logged. Try out what would be read, then log the time in Noko, or")
    yield ("push a commit that says it right: ", ("tallyhook explain MESSAGE", "cyan"))


def _arrived(arrival: Arrival, *, throttle: Bucket, now: int) -> Iterator[Line]:
    stored = arrival.delivery
    content = arrival.content
    where = f"{spoken(stored.received_at)} ({distance(stored.received_at, now=now)}) {_way(stored)}"
    head = f"arrived in delivery {stored.delivery.key} at {where}; "
    sha = arrival.key
    yield ((sha, "bold"),)
    if content is None:
        yield (head, ("its message holds no time directive", "yellow"))
        yield ("  Time is written like [f:1h30m]; try a message out with ", ("tallyhook explain MESSAGE", "cyan"))
        return
    if isinstance(content, Draft):
        what = f"a draft of {content.minutes} min on {content.date.isoformat()}"
    else:
        what = f"no draft but {content.kind}: {content.reason}"
    if stored.opened_at is not None:
        yield (head, f"opened, with {what}; the ledger will show it in a moment: ask again")
        return
    yield (head, ("not opened yet", "yellow"), f"; it holds {what}")
    if throttle.paused_at is not None:
        yield (f"  Calls to Noko are paused: {throttle.pause_reason}. Work of people new to Tallyhook waits for that.",)
    yield (
        "  A delivery is opened within seconds, and after a crash or while Noko is away within minutes of its return.",
    )


def _unheard(story: Unheard, *, now: int) -> Iterator[Line]:
    yield ((f"no delivery of the last {SEARCHED_DAYS} days holds {story.word}", "red"),)
    for stored in story.incomplete:
        when = distance(stored.received_at, now=now)
        yield (f"  But delivery {stored.delivery.key} ({when}, {_origin(stored)}) brought 2,048 commits,",)
        yield ("  which is as many as GitHub ever sends: it may be among those that were left out.",)
    yield ()
    yield (("What to check at GitHub:", "bold"),)
    yield ("  Repository → Settings → Webhooks → Recent Deliveries: is there a push that lists this commit?",)
    yield ("  - There is, with a red mark: its Response tab says why. After mending it, press Redeliver (for 3 days).",)
    yield (
        "  - There is none: the webhook is missing, inactive, or not subscribed to pushes; or its URL is another's.",
    )
    yield ("  - The commit was never pushed to a branch: tags and merge queues are not read.",)


def _way(stored: StoredDelivery) -> str:
    return f"{'by' if stored.delivery.form is not None else 'on'} {_origin(stored)}"


def _origin(stored: StoredDelivery) -> str:
    delivery = stored.delivery
    if delivery.form is not None:
        return f"the form {delivery.form}"
    return f"branch {delivery.branch} of {delivery.repository}" if delivery.branch else f"source {delivery.source}"


def _fact(label: str, value: str) -> Line:
    return ("  ", (f"{label:<{_LABEL}}", "dim"), value)
