"""All of Tallyhook on simulated Lambdas: the real services and the real Noko client, interleaved in virtual time."""

import random
from collections import Counter
from functools import partial

from fakes.clock import START, FakeTokens
from fakes.house import ROUTING
from fakes.telemetry import FakeSecrets
from fakes.throttle import MemoryThrottle

from chalicelib.domain.interval import Intervals
from chalicelib.noko.protocol import Token
from chalicelib.services.intake import take
from chalicelib.services.opening import open_delivery
from chalicelib.services.posting import post, post_at_once
from chalicelib.services.sweep import sweep
from devstack.sandbox import Sandbox
from devstack.sandbox.account import TOKEN
from proof.container import Container
from proof.indexed_ledger import IndexedLedger
from proof.message_queue import MessageQueue, Queues
from proof.network import Network
from proof.timeline import Timeline
from proof.verdict import judge
from standalone.instance import OPEN_CONCURRENCY, OPEN_TIMEOUT_S, POST_CONCURRENCY, POST_TIMEOUT_S
from standalone.worker import TICK_TIMEOUT_S

NOKO_MS = 250
POLL_MS = 1_000
RECEIVE_MS = 10
OPEN_VISIBILITY_MS = 360_000
POST_VISIBILITY_MS = 90_000
DOOR_TIMEOUT_MS = 15_000
FOREVER_MS = 2**60


class Tally:
    """Telemetry that counts."""

    def __init__(self):
        self.events = Counter()
        self.alarms = Counter()

    def event(self, name, **_):
        self.events[name] += 1

    def alarm(self, name, **_):
        self.alarms[name] += 1


class Cloud:
    """What the containers share, and the event sources that invoke them. Leave it as a context: it has threads."""

    def __init__(self, *, seed, weather, intervals=None, routing=ROUTING):
        self.weather = weather
        self.routing = routing
        self.timeline = Timeline(START)
        self.tally = Tally()
        self.intervals = intervals or Intervals()
        self.ledger = IndexedLedger()
        self.throttle = MemoryThrottle(interval_ms=self.intervals.throttle_ms)
        self.tokens = FakeTokens()
        self.secrets = FakeSecrets(token=Token(TOKEN))
        self.sandbox = Sandbox(clock=lambda: self.timeline.now, latency_ms=NOKO_MS)
        self.network = Network(self.timeline, self.sandbox, net_ms=weather.net_ms)
        self._seed = seed
        open_, post_ = self._queue("open", OPEN_VISIBILITY_MS), self._queue("post", POST_VISIBILITY_MS)
        self.queues = Queues(open_=open_, post=post_)

    def _queue(self, name, visibility_ms):
        luck = self.luck(f"queue {name}")
        return MessageQueue(self.timeline, visibility_ms=visibility_ms, luck=luck, twice=self.weather.twice)

    def luck(self, name):
        """Return a source of chance of that name: the same one for the same seed."""
        return random.Random(f"{self._seed} {name}")

    def __enter__(self):
        """Start the pollers of both queues, with the concurrency of production, and the ticker."""
        for number in range(POST_CONCURRENCY):
            self.timeline.spawn(lambda number=number: self._poll_post(f"post {number}"))
        for number in range(OPEN_CONCURRENCY):
            self.timeline.spawn(lambda number=number: self._poll_open(f"open {number}"))
        self.timeline.spawn(self._tick)
        return self

    def __exit__(self, *_):
        self.timeline.close()

    def sleep(self, *, ms=0, minutes=0, hours=0):
        """Let everything run for a while."""
        self.timeline.sleep_until(self.timeline.now + ms + 60_000 * (minutes + 60 * hours))

    def serve(self, name):
        """Yield a container to work with, and a fresh one after each that died."""
        luck = self.luck(name)
        container = Container(self, luck)
        while True:
            container = container if container.alive else Container(self, luck)
            yield container

    def deliver(self, container, delivery):
        """Bring a delivery to the door; tell whether it was taken. If not, its sender tries again."""
        return container.invoke(lambda ports, _: take(delivery, ports=ports), timeout_ms=DOOR_TIMEOUT_MS, calls=2)

    def judge(self, wanted):
        """Hold Noko's books and the ledger against the source URLs that were wanted."""
        return judge(
            wanted, booked=self.sandbox.books.entries(), entries=self.ledger.entries(since=0, until=FOREVER_MS)
        )

    def _poll_post(self, name):
        self._poll(name, self.queues.post, post, timeout_ms=1000 * POST_TIMEOUT_S, calls=10)

    def _poll_open(self, name):
        self._poll(name, self.queues.open, self._open, timeout_ms=1000 * OPEN_TIMEOUT_S, calls=600)

    def _poll(self, name, queue, service, *, timeout_ms, calls):
        for container in self.serve(name):
            message = queue.receive()
            self.sleep(ms=POLL_MS if message is None else RECEIVE_MS)
            if message is None:
                continue
            handler = partial(_serve_message, service, message.body)
            if container.invoke(handler, timeout_ms=timeout_ms, calls=calls):
                queue.delete(message)

    def _open(self, key, *, ports, deadline):
        alone = partial(post_at_once, ports=ports, deadline=deadline)
        open_delivery(key, ports=ports, routing=self.routing, deadline=deadline, post=alone)

    def _tick(self):
        def handler(ports, deadline):
            sweep(ports=ports, routing=self.routing, deadline=deadline)

        due = self.timeline.now
        for container in self.serve("tick"):
            due += self.intervals.sweep_ms
            self.timeline.sleep_until(due)
            container.invoke(handler, timeout_ms=1000 * TICK_TIMEOUT_S, calls=60)


def _serve_message(service, key, ports, deadline):
    service(key, ports=ports, deadline=deadline)
