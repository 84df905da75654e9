"""The cloud of the proof on the product's own ledger and throttle, with a meter at table and queues.

What Lambda's event sources ask of SQS is billed to `source of open` and `source of post`: each message is received
once and deleted once.
"""

import datetime as dt
import threading
import uuid

from fakes.house import ROUTING
from proof.cloud import Cloud
from proof.container import FAIR

from chalicelib.aws.queue import BATCH
from chalicelib.domain.directive import Rules
from chalicelib.sources import github
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle
from cost.meter import Meter, MeteredTable, stored
from devstack.push import headers, push

TODAY = dt.date(2026, 7, 1)
WHEN = "2026-06-30T13:59:00+02:00"


class MeteredCloud(Cloud):
    def __init__(self):
        self._here = threading.local()
        self.meter = Meter(lambda: getattr(self._here, "caller", "outside"))
        self.table = MeteredTable(self.meter)
        super().__init__(seed=1, weather=FAIR, routing=ROUTING)
        self.queues = MeteredQueues(self.queues, self.meter)

    @property
    def ledger(self):
        """Return one of its own to each container, as each process has."""
        return TableLedger(self.table, account="default")

    @ledger.setter
    def ledger(self, _):
        """Do without the one in memory."""

    @property
    def throttle(self):
        return TableThrottle(self.table, account="default", interval_ms=self.intervals.throttle_ms)

    @throttle.setter
    def throttle(self, _):
        """Do without the one in memory."""

    def serve(self, name):
        self._here.caller = name.partition(" ")[0]
        return super().serve(name)

    def push(self, container, commits, *, seed):
        """Bring a push of so many commits to the door."""
        raw = push(commits, seed=seed, when=WHEN)
        named = headers(raw, "s") | {
            "X-GitHub-Delivery": str(uuid.uuid5(uuid.NAMESPACE_URL, seed))
        }  # bytes are counted
        read = github.delivery(named, raw, rules_for=lambda _: Rules(), today=TODAY)
        assert self.deliver(container, read)

    def storage(self):
        """Return how many bytes the items and their index entries take."""
        return stored(self.table)

    def has_open(self):
        """Tell whether anything is left to do."""
        lanes = ("#unopened#", "#queued#", "#due#")
        return any(lane in str(item.get("lane")) for item in self.table.items.values() for lane in lanes)

    def wait(self):
        """Let everything run until nothing is left to do."""
        while self.has_open():
            self.sleep(ms=1_000)


class MeteredQueues:
    def __init__(self, queues, meter):
        self._queues = queues
        self._meter = meter
        self.open, self.post = MeteredQueue(queues.open, "open", meter), MeteredQueue(queues.post, "post", meter)

    def send_delivery(self, key):
        self._meter.note("send to open")
        self._queues.send_delivery(key)

    def send_entries(self, keys, *, delay_s=0):
        for _ in range(0, len(keys), BATCH):
            self._meter.note("send to post")
        self._queues.send_entries(keys, delay_s=delay_s)

    def depth(self):
        self._meter.note("depth of post")
        return self._queues.depth()


class MeteredQueue:
    """A queue as an event source drives it."""

    def __init__(self, queue, name, meter):
        self._queue = queue
        self._bill = meter.bills[f"source of {name}"]

    def receive(self):
        message = self._queue.receive()
        if message is not None:
            self._bill.calls["receive"] += 1
        return message

    def delete(self, message):
        self._bill.calls["delete"] += 1
        self._queue.delete(message)
