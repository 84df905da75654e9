"""A whole Tallyhook in virtual time: the real door, handlers, services and adapters; only the outside is ours."""

import io
import json
from types import SimpleNamespace

from fakes.clock import FakeClock, FakeTokens
from fakes.house import OPEN_MS, POST_MS, ROUTING
from fakes.telemetry import FakeSecrets, FakeTelemetry
from fakes.transport import SandboxTransport

import app
from chalicelib import bootstrap
from chalicelib.domain.interval import Intervals
from chalicelib.noko.client import NokoClient
from chalicelib.noko.protocol import Token
from chalicelib.ports import Ports
from chalicelib.sources.verify import sign
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle
from devstack.sandbox import Sandbox
from devstack.sandbox.account import TOKEN
from proof.fault import FROZEN_MS, STORE, Call, Crash, Fault
from proof.io import FaultyQueue, FaultyTable, FaultyTransport
from proof.store import in_memory
from standalone.gateway import Gateway

SECRET = "current-secret"
TICK_MS = 60_000
GATEWAY = Gateway(app.app)
SCHEDULED = dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), "") | {
    "detail": {},
    "resources": [],
}


class World:
    """Everything outside the process, and the process. `plan` says what happens to which call.

    `store` makes, of a clock, the table and the mailbox that outlive every process.
    """

    def __init__(self, plan=None, *, routing=ROUTING, store=in_memory):
        self.plan = dict(plan or {})
        self.routing = routing
        self.clock = FakeClock()
        self.sandbox = Sandbox(clock=self.clock.now)
        self.table, self.mailbox = store(self.clock)
        self.tokens = FakeTokens()
        self.telemetry = FakeTelemetry()
        self.secrets = FakeSecrets(token=Token(TOKEN))
        self.calls = []
        self.happened = []
        self.next_tick = self.clock.now()
        self.agenda = []
        self.lives = []
        self.crashes = 0
        self.busy_calls = 0
        self.ports = self._process()

    # The switchboard

    def skew_ms(self):
        return 0

    def switch(self, name, faults):
        """Number a call, and say what happens to it; a freeze happens here."""
        if not self.calls or self.calls[-1].name != name:
            self.calls.append(Call(len(self.calls) + 1, name, faults))
        fault = self.plan.pop(len(self.calls), None)
        if fault is not None and fault not in faults:
            return None
        if fault is not None:
            self.happened.append((self.calls[-1], fault))
        if fault is Fault.FROZEN:
            mine = self.ports
            self.ports = self._process()
            self.run_until(self.clock.now() + FROZEN_MS)
            self.ports = mine
        return fault

    # The process

    def _process(self):
        table = FaultyTable(self.table, self)
        intervals = Intervals()
        throttle = TableThrottle(table, account="default", interval_ms=intervals.throttle_ms)
        transport = FaultyTransport(SandboxTransport(self.sandbox, self.clock), self.sandbox, self)
        client = NokoClient(
            base_url=self.sandbox.base_url,
            allowed_hosts=frozenset(),
            transport=transport,
            throttle=throttle,
            clock=self.clock,
            secrets=self.secrets,
            telemetry=self.telemetry,
        )
        return Ports(
            ledger=TableLedger(table, account="default"),
            queue=FaultyQueue(self.mailbox, self),
            throttle=throttle,
            noko=client,
            clock=self.clock,
            tokens=self.tokens,
            telemetry=self.telemetry,
            secrets=self.secrets,
            intervals=intervals,
        )

    def invoke(self, handler, event, timeout_ms):
        """Call a handler as Lambda would; tell whether it returned."""
        ports = self.ports
        house = SimpleNamespace(
            ports=ports,
            stamped=ports,
            with_github=ports,
            routing=self.routing,
            clock=self.clock,
            secrets=self.secrets,
            telemetry=self.telemetry,
        )
        bootstrap.move_in(house)
        ends = self.clock.now() + timeout_ms
        context = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: ends - self.clock.now())
        try:
            handler(event, context)
        except Crash:
            self.crashes += 1
            self.ports = self._process()
            return False
        except Exception as error:  # noqa: BLE001 - the message comes again, as on Lambda
            self.telemetry.event("invocation_failed", error=type(error).__name__)
            return False
        return True

    def knock(self, raw, *, name, secret=SECRET):
        """Send a push to the door; return the status, None if the process died over it."""
        seen = {}
        headers = {
            "CONTENT_TYPE": "application/json",
            "HTTP_X_GITHUB_EVENT": "push",
            "HTTP_X_GITHUB_DELIVERY": name,
            "HTTP_X_HUB_SIGNATURE_256": sign(raw, secret),
        }
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/webhooks/github", "wsgi.input": io.BytesIO(raw), **headers}

        def serve(*_):
            GATEWAY(environ, lambda status, _headers: seen.update(status=int(status[:3])))

        return seen.get("status") if self.invoke(serve, None, 15_000) else None

    # Time

    def at(self, instant, action):
        """Put something on the agenda."""
        self.agenda.append((instant, len(self.agenda), action))

    def step(self):
        """Do one thing that is due; tell whether there was one."""
        now = self.clock.now()
        due = min((entry for entry in self.agenda if entry[0] <= now), default=None)
        if due is not None:
            self.agenda.remove(due)
            due[2]()
            return True
        for name, handler, timeout in (("open", app.open_delivery, OPEN_MS), ("post", app.post_entry, POST_MS)):
            for message in self.mailbox.visible(name)[:1]:
                received = self.mailbox.receive(name, message)
                if received is not None:
                    self.work(name, received, handler, timeout)
                return True
        if now >= self.next_tick:
            self.next_tick = now + TICK_MS
            self.sandbox.run_due(now)
            self.invoke(app.every_minute, SCHEDULED, 55_000)
            return True
        return False

    def work(self, name, message, handler, timeout):
        """Hand a message to its handler, and acknowledge it if that returned."""
        event = {"Records": [{"body": json.dumps({"key": message.key}), "receiptHandle": "r", "messageId": "m"}]}
        if not self.invoke(handler, event, timeout):
            return
        fault = self.switch(f"acknowledge {name}", STORE)
        if fault in (None, Fault.CRASH_AFTER, Fault.LOST, Fault.FROZEN):
            self.mailbox.delete(name, message)

    def run_until(self, instant):
        while self.clock.now() < instant:
            if not self.step():
                self.clock.sleep_until(min(self._next(), instant))

    def _next(self):
        instants = [self.next_tick, self.mailbox.next_instant(), *(entry[0] for entry in self.agenda)]
        return max(min(instant for instant in instants if instant is not None), self.clock.now() + 1)

    def run_until_quiet(self, *, minutes):
        """Go on until nothing is open and nothing is due, `minutes` at most; then two ticks more."""
        ends = self.clock.now() + 60_000 * minutes
        while self.clock.now() < ends and not self.is_quiet():
            self.run_until(self.clock.now() + TICK_MS)
        self.busy_calls = len(self.calls)
        self.run_until(self.clock.now() + 2 * TICK_MS)

    def is_quiet(self):
        open_lanes = ("#unopened#", "#queued#", "#due#")
        busy = any(lane in str(item.get("lane")) for item in self.table.scan() for lane in open_lanes)
        return not (busy or self.agenda or self.mailbox.open or self.mailbox.post)

    # The books

    def entries(self):
        """Read what the ledger holds, without the switchboard."""
        now = self.clock.now()
        return list(TableLedger(self.table, account="default").entries(since=now - 86_400_000, until=now))
