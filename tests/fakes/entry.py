"""Entries as the services make them, in any status."""

from fakes.clock import START
from fakes.house import draft

from chalicelib.domain.entry import Entry, Route
from chalicelib.domain.lifecycle import Status

ROUTE = Route(37397, "Gear GmbH", 5538, "jane@acme.example")


def entry(number=1, *, status=Status.QUEUED, **changes):
    """Return an entry that was opened at the start of virtual time."""
    work = draft(number)
    plain = {
        "key": work.key,
        "status": status,
        "draft": work,
        "delivery": "github:d1:0",
        "received_at": START - 1000,
        "opened_at": START,
        "route": None if status is Status.HELD else ROUTE,
        "due_at": START,
        "changed_at": START,
        "stamp": f"put-{number}",
    }
    return Entry(**{**plain, **changes})
