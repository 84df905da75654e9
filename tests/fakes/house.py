"""All ports in memory, a sandbox behind the real Noko client, and virtual time: a whole house for a test."""

import contextlib
import copy
import dataclasses
import datetime as dt

from fakes.clock import FakeClock, FakeTokens
from fakes.ledger import MemoryLedger
from fakes.messenger import FakeMessenger
from fakes.queue import MemoryQueue
from fakes.telemetry import FakeSecrets, FakeTelemetry
from fakes.throttle import MemoryThrottle
from fakes.transport import SandboxTransport

from chalicelib.domain.entry import Author, Draft
from chalicelib.domain.interval import Intervals
from chalicelib.domain.routing_table import Defaults, Person, Repository, Routing
from chalicelib.errors import TallyhookError
from chalicelib.noko.client import NokoClient
from chalicelib.noko.protocol import Token
from chalicelib.ports import Ports
from chalicelib.services.opening import open_delivery
from chalicelib.services.posting import post
from chalicelib.services.sweep import sweep
from chalicelib.services.telling import deliver
from chalicelib.sources.delivery import Delivery
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle
from devstack.sandbox import Sandbox
from devstack.sandbox.account import TOKEN

ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin"),
    repositories=(Repository(match="acme/web*", project="Gear GmbH"),),
    people=(Person(noko="jane@acme.example", github=("jane-dev",)), Person(noko="sam@acme.example")),
)
POST_MS = 60_000
OPEN_MS = 300_000


class FakeHouse:
    """Drives the services as Lambda's event sources would, one message at a time."""

    def __init__(self, *, routing=ROUTING, intervals=None):
        self.routing = routing
        self.clock = FakeClock()
        self.sandbox = Sandbox(clock=self.clock.now)
        self.transport = SandboxTransport(self.sandbox, self.clock)
        self.ledger = MemoryLedger()
        self.queue = MemoryQueue(self.clock)
        self.intervals = intervals or Intervals()
        self.throttle = MemoryThrottle(interval_ms=self.intervals.throttle_ms)
        self.telemetry = FakeTelemetry()
        self.secrets = FakeSecrets(token=Token(TOKEN))
        self.tokens = FakeTokens()
        self.messenger = FakeMessenger()
        self.noko = self._noko()
        self.ports = Ports(
            ledger=self.ledger,
            queue=self.queue,
            throttle=self.throttle,
            noko=self.noko,
            clock=self.clock,
            tokens=self.tokens,
            telemetry=self.telemetry,
            secrets=self.secrets,
            intervals=self.intervals,
            messenger=self.messenger,
        )

    def _noko(self):
        return NokoClient(
            base_url=self.sandbox.base_url,
            allowed_hosts=frozenset(),
            transport=self.transport,
            throttle=self.throttle,
            clock=self.clock,
            secrets=self.secrets,
            telemetry=self.telemetry,
        )

    def stand_on(self, table):
        """Have ledger and throttle on a table, with the product's own adapters."""
        self.ledger = TableLedger(table, account="default")
        self.throttle = TableThrottle(table, account="default", interval_ms=self.intervals.throttle_ms)
        self.noko = self._noko()
        self.ports = dataclasses.replace(self.ports, ledger=self.ledger, throttle=self.throttle, noko=self.noko)

    def open_next(self):
        """Open one delivery if a message is visible; tell whether there was one."""
        key = self.queue.receive_open()
        if key is not None:
            open_delivery(key, ports=self.ports, routing=self.routing, deadline=self.clock.now() + OPEN_MS)
        return key is not None

    def post_next(self):
        """Post one entry if a message is visible; tell whether there was one."""
        key = self.queue.receive_post()
        if key is not None:
            post(key, ports=self.ports, deadline=self.clock.now() + POST_MS)
        return key is not None

    def tell_next(self):
        """Try one letter if a message is visible; tell whether there was one."""
        key = self.queue.receive_tell()
        if key is not None:
            deliver(key, ports=self.ports)
        return key is not None

    def tick(self):
        """Sweep once; a step's failure is what the next tick is for."""
        with contextlib.suppress(TallyhookError):
            sweep(ports=self.ports, routing=self.routing, deadline=self.clock.now() + POST_MS)

    def run(self, *, minutes):
        """Let everything run for a while: messages as they become visible, a tick a minute."""
        end = self.clock.now() + 60_000 * minutes
        next_tick = self.clock.now()
        while self.clock.now() < end:
            if self.clock.now() >= next_tick:
                next_tick = self.clock.now() + self.intervals.sweep_ms
                self.sandbox.run_due(self.clock.now())
                self.tick()
            if not (self.open_next() or self.post_next() or self.tell_next()):
                self.clock.advance(seconds=1)

    def snapshot(self):
        """Return the table as it is: what point-in-time recovery could bring back."""
        return copy.deepcopy(self.ledger.__dict__), self.throttle.bucket

    def put_back(self, snapshot):
        """Put the table back to what it was; the queues, Noko and the time stay."""
        contents, bucket = snapshot
        self.ledger.__dict__.update(copy.deepcopy(contents))
        self.throttle.bucket = bucket

    def stamp(self):
        """Stamp the store, as whoever starts does; the nights count from now."""
        card = self.ledger.claim_store("us", now=self.clock.now())
        self.ports = dataclasses.replace(self.ports, stamped_at=card.since)

    def statuses(self):
        """Return the status of every entry, by key."""
        return {entry.key: str(entry.status) for entry in self.ledger.entries(since=0, until=2**60)}


def sha(number):
    """Return a made-up full SHA."""
    return f"{number:040x}"


def draft(number=1, *, clock=None, **changes):
    """Return a draft as a push by jane to acme/website would make it."""
    now = clock.now() if clock else FakeClock().now()
    full = sha(number)
    plain = {
        "key": f"github:{full}",
        "minutes": 45,
        "date": dt.date(2026, 6, 30),
        "description": f"Work {number}",
        "source_url": f"https://github.com/acme/website/commit/{full}",
        "author": Author(name="Jane", email="jane@acme.example", login="jane-dev"),
        "repository": "acme/website",
        "branch": "main",
        "worked_at": now,
    }
    return Draft(**{**plain, **changes})


def delivery(*drafts, name="d1", notes=(), silent=()):
    """Return a delivery that holds `drafts`."""
    return Delivery(
        source="github",
        key=f"github:{name}:{'0' * 64}",
        event="push",
        drafts=drafts,
        notes=notes,
        silent=silent,
        repository="acme/website",
        branch="main",
    )
