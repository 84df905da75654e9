"""Several workers at once, interleaved at their I/O calls by a seed: the same seed, the same story.

Each invocation is a thread, but only one runs at a time: at every call it hands the baton back, and the seed
says who goes on. On top come faults at any call, copies of messages, any order of delivery, clocks that are off
and change, and a routing file that loses a person for a while.
"""

import dataclasses
import random
import threading
from types import SimpleNamespace

import app
from chalicelib import bootstrap
from chalicelib.domain.lifecycle import Status
from chalicelib.services.replay import resolve_again, resolve_as
from proof import branch
from proof.fault import FROZEN_MS, Crash, Fault
from proof.journey import NOW, PATIENCE, insist, outcome, push, urls, wrongs
from proof.store import in_memory
from proof.world import SCHEDULED, TICK_MS, World

WORKERS = {"open": 2, "post": 4}
CHAOS_MS = 15 * 60_000
"""Faults, copies and clock steps happen for this long; then the world calms down and must get everything right."""
FAULT_SHARE = 0.12
QUERY_FAULT_SHARE = 0.005
"""A tick reads forty shards: with the same share for them, little else would ever fail."""
COPY_SHARE = 0.1
MAX_SKEW_MS = 1_000


class SkewedClock:
    """The clock of one process: off by a little, and sleeping hands the baton back."""

    def __init__(self, world, skew_ms):
        self._world = world
        self.skew_ms = skew_ms

    def now(self):
        return self._world.clock.now() + self.skew_ms

    def sleep_until(self, instant):
        self._world.wait_until(instant - self.skew_ms)

    def advance(self, *, ms):
        self._world.wait_until(self._world.clock.now() + ms)


class Task:
    """One invocation in a thread of its own."""

    def __init__(self, run):
        self.wake_at = 0
        self.done = False
        self.error = None
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._run = run
        self.thread = threading.Thread(target=self._main, daemon=True)
        self.thread.start()

    def _main(self):
        self._turn.acquire()
        try:
            self._run()
        except BaseException as error:  # noqa: BLE001 - a bug of the harness must not hang it
            self.error = error
        self.done = True
        self._back.release()

    def go(self):
        """Let the task run until it hands the baton back."""
        self._turn.release()
        self._back.acquire()
        if self.error is not None:
            raise self.error

    def hand_back(self, wake_at):
        """Called in the task's own thread."""
        self.wake_at = wake_at
        self._back.release()
        self._turn.acquire()


class Crowd(World):
    """A world in which everybody works at once."""

    def __init__(self, seed, *, store=in_memory):
        self.random = random.Random(seed)
        self.tasks = []
        self.busy = dict.fromkeys(WORKERS, 0)
        self.current = None
        self.calm_at = 0
        super().__init__(store=store)
        self.calm_at = self.clock.now() + CHAOS_MS
        self._send_entries, self.mailbox.send_entries = self.mailbox.send_entries, self._copying_send

    def _copying_send(self, keys, *, delay_s=0):
        copies = [key for key in keys if self._chaos() and self.random.random() < COPY_SHARE]
        self._send_entries([*keys, *copies], delay_s=delay_s)

    def _chaos(self):
        return self.clock.now() < self.calm_at

    # Interleaving

    def wait_until(self, instant):
        if self.current is None:
            self.clock.sleep_until(instant)
        else:
            self.current.hand_back(instant)

    def switch(self, name, faults):
        self.wait_until(0)
        self.calls.append(SimpleNamespace(name=name))
        share = QUERY_FAULT_SHARE if name.startswith("query") else FAULT_SHARE
        if not (self._chaos() and self.random.random() < share):
            return None
        fault = self.random.choice(faults)
        self.happened.append((name, str(fault)))
        if fault is Fault.FROZEN:
            self.wait_until(self.clock.now() + FROZEN_MS)
        return fault

    def _process(self):
        skew = self.random.randint(-MAX_SKEW_MS, MAX_SKEW_MS) if self._chaos() else 0
        true_clock, self.clock = self.clock, SkewedClock(self, skew)
        try:
            return super()._process()
        finally:
            self.clock = true_clock

    def invoke(self, handler, event, timeout_ms):
        """As in `World`, but each invocation is a process of its own, with a clock of its own."""
        ports = self._process()
        clock = ports.clock
        house = SimpleNamespace(
            ports=ports,
            stamped=ports,
            with_github=ports,
            routing=self.routing,
            clock=clock,
            secrets=self.secrets,
            telemetry=self.telemetry,
        )
        bootstrap.move_in(house)
        ends = clock.now() + timeout_ms
        context = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: ends - clock.now())
        try:
            handler(event, context)
        except Crash:
            self.crashes += 1
            return False
        except Exception as error:  # noqa: BLE001 - the message comes again, as on Lambda
            self.telemetry.event("invocation_failed", error=type(error).__name__)
            return False
        return True

    # The scheduler

    def run_until(self, instant):
        while self.clock.now() < instant:
            choices = [*self._ready(), *self._startable()]
            if choices:
                self.random.choice(choices)()
            else:
                self.clock.sleep_until(min(max(self._next(), self.clock.now() + 1), instant))

    def _ready(self):
        self.tasks = [task for task in self.tasks if not task.done]
        now = self.clock.now()
        return [lambda task=task: self._go(task) for task in self.tasks if task.wake_at <= now]

    def _go(self, task):
        self.current = task
        try:
            task.go()
        finally:
            self.current = None

    def _start(self, run):
        task = Task(run)
        self.tasks.append(task)

    def _startable(self):
        now = self.clock.now()
        for name, handler, timeout in (("open", app.open_delivery, 300_000), ("post", app.post_entry, 60_000)):
            messages = self.mailbox.visible(name)
            if messages and self.busy[name] < WORKERS[name]:
                message = self.random.choice(messages)
                yield lambda n=name, m=message, h=handler, t=timeout: self._employ(n, m, h, t)
        if now >= self.next_tick:
            yield self._tick
        for entry in [entry for entry in self.agenda if entry[0] <= now]:
            yield lambda entry=entry: (self.agenda.remove(entry), self._start(entry[2]))

    def _employ(self, name, message, handler, timeout):
        received = self.mailbox.receive(name, message)
        if received is None:
            return
        self.busy[name] += 1

        def run():
            try:
                self.work(name, received, handler, timeout)
            finally:
                self.busy[name] -= 1

        self._start(run)

    def _tick(self):
        self.next_tick = self.clock.now() + TICK_MS
        self.sandbox.run_due(self.clock.now())
        self._start(lambda: self.invoke(app.every_minute, SCHEDULED, 55_000))

    def _next(self):
        instants = [self.next_tick, self.mailbox.next_instant(), *(entry[0] for entry in self.agenda)]
        instants += [task.wake_at for task in self.tasks if not task.done]
        return min((i for i in instants if i is not None and i > self.clock.now()), default=self.clock.now() + 1)

    def is_quiet(self):
        return not self._chaos() and not [t for t in self.tasks if not t.done] and super().is_quiet()

    # A person

    def attend(self):
        """Do what a person would with what needs attention; tell whether there was anything."""
        books = {entry.source_url: entry.id for entry in self.sandbox.books.entries()}
        waiting = [entry for entry in self.entries() if entry.status is Status.NEEDS_ATTENTION]
        for entry in waiting:
            found = books.get(entry.draft.source_url)
            if found is None:
                resolve_again(entry.key, ports=self.ports, routing=self.routing)
            else:
                resolve_as(entry.key, noko_id=found, ports=self.ports)
        return bool(waiting)


def story(seed, *, store=in_memory):
    """Play one random schedule to its end; return the world and what is wrong with it."""
    world = Crowd(seed, store=store)
    choose = world.random
    start, expected = world.clock.now(), set()
    for number in range(choose.randint(1, 3)):
        raw = push(choose.randint(1, 3), seed=f"{seed}-{number}", when=NOW)
        expected |= urls(raw)
        for copy in range(choose.randint(1, 3)):
            other = raw if choose.random() < 0.5 else raw.replace(b"refs/heads/main", b"refs/heads/feature")
            instant = start + choose.randint(0, CHAOS_MS // 2)
            world.at(instant, lambda o=other, n=f"d{number}-{copy}": insist(world, o, name=n, tries=30))
    if choose.random() < 0.5:
        _live(world, start)
    if choose.random() < 0.3:
        _lose_a_person(world, start + choose.randint(0, CHAOS_MS // 2))
    world.run_until_quiet(minutes=PATIENCE)
    for _ in range(3):
        if not world.attend():
            break
        world.run_until_quiet(minutes=PATIENCE)
    found = [wrong for wrong in wrongs(world, expected) if not wrong.endswith("dead letters")]
    return world, found


def _live(world, start):
    """Let a branch have its life, told by two hooks, in any order, and partly at once."""
    life = branch.life(f"{world.random.random()}", when=NOW, now=start, is_whole=False)
    for number, raw in enumerate([*life.pushes.values()] * 2):
        instant = start + world.random.choice((0, world.random.randint(0, CHAOS_MS // 2)))
        world.at(instant, lambda o=raw, n=f"l{number}": insist(world, o, name=n, tries=30))
    world.lives.append(life)


def _lose_a_person(world, instant):
    """Take everybody out of the routing file, and put them back a few minutes later."""
    whole = world.routing

    def restore():
        world.routing = whole

    def lose():
        world.routing = dataclasses.replace(whole, people=())
        world.at(world.clock.now() + 240_000, restore)

    world.at(instant, lose)


def described(world):
    """Say what happened in a story, shortly."""
    faults = ", ".join(f"{name} × {fault}" for name, fault in world.happened)
    return f"{len(world.calls)} calls, {world.crashes} deaths, {outcome(world)}; {faults}"
