"""One call of the client: a try at creating an entry, and a transport that answers from a list."""

import datetime as dt
import json

from chalicelib.domain.throttle import Kind as SlotKind
from chalicelib.exchange.message import Answer, Failure
from chalicelib.noko.client import NokoClient
from chalicelib.noko.protocol import NewEntry
from devstack.sandbox.account import GEAR, JANE

NEW = NewEntry(dt.date(2026, 6, 30), 45, JANE.id, GEAR.id, "Fix it", "https://github.example/c/1")


def a_client(house, *, transport=None, throttle=None, allowed_hosts=frozenset()):
    return NokoClient(
        base_url=house.sandbox.base_url + "/",
        allowed_hosts=allowed_hosts,
        transport=transport or house.transport,
        throttle=throttle or house.throttle,
        clock=house.clock,
        secrets=house.secrets,
        telemetry=house.telemetry,
    )


def create(house, *, client=None, lease_in=35_000):
    """Try once to create, with a slot that was taken just now."""
    slot = house.throttle.reserve(SlotKind.POSTING, now=house.clock.now())
    house.clock.sleep_until(slot.at)
    return (client or house.noko).create(NEW, slot=slot, lease_until=house.clock.now() + lease_in)


def posts(house):
    return house.sandbox.journal.arrivals("POST", "/entries")


class Scripted:
    """A transport that asks the guard and then answers from a list."""

    def __init__(self, clock, *answers, connecting_ms=0):
        self.requests = []
        self._clock = clock
        self._answers = iter(answers)
        self._connecting_ms = connecting_ms

    def send(self, request, guard):
        self._clock.advance(ms=self._connecting_ms)
        refusal = guard()
        if refusal is not None:
            return Failure(sent=False, reason=refusal, stopped=True)
        self.requests.append(request)
        return next(self._answers)


def page(items, link=None):
    return Answer(200, {"link": link} if link else {}, json.dumps(items).encode())
