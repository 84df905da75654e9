"""Noko is away for days while work keeps coming: what is asked of it meanwhile, and how fast all of it drains then.

Everything is real but the outside, as in `saturation`. The work comes in pushes of every size; some of it is by
somebody whom Noko knows only since the outage began, so that nobody can tell yet who that is.
"""

from dataclasses import dataclass

from fakes.house import delivery, draft

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.throttle import OUTAGE_STREAK
from devstack.bench.figure import Figure
from devstack.sandbox.account import KIM
from proof.cloud import FOREVER_MS, Cloud
from proof.container import Weather
from proof.verdict import Verdict
from standalone.instance import POST_CONCURRENCY

MANNERS = ("refused", "silent", "locked")
STEADY = Weather(kills=0, freezes=0)
"""A killed worker's entry waits for minutes to be looked up: with kills the time to drain is mostly luck."""
SIZES = (1, 1, 1, 2, 2, 3, 5, 8, 20, 200)
"""How many commits the pushes have that come in between."""
BY_NEWCOMER = 5
ROOM = 900
FIRST_POSTS = OUTAGE_STREAK + POST_CONCURRENCY - 1
"""How many attempts find out that Noko is away: those that make the streak, and what is under way by then."""
UNDER_WAY_MS = 15_000
"""How long after the pause began a request may still leave that was let go before."""
PATIENCE_MS = 7_200_000
"""How long we wait for the drain, besides twice the least possible time."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What came of it.

    `pace` is that of the probes, per minute of the pause; `drain` the time from the pause's end to the last entry,
    against the least possible. `unopened` deliveries waited for Noko to say who somebody is.
    """

    manner: str
    hours: float
    entries: int
    pushes: int
    posts: int
    attempts: int
    probes: int
    others: int
    pace: float
    deepest: int
    dead_letters: int
    expired: int
    turned_away: int
    attention: int
    unopened: int
    drain_s: float
    drain: float
    verdict: Verdict

    @property
    def figures(self):
        """The figures beside their bounds."""
        name = f"{self.hours:g} h outage ({self.manner})"
        return (
            Figure(f"{name}: entries lost, doubled, open or at odds", self.verdict.wrong, 0),
            Figure(f"{name}: posts until the pause", self.posts, FIRST_POSTS),
            Figure(f"{name}: attempts used up", self.attempts, FIRST_POSTS),
            Figure(f"{name}: GET /current_user a minute", self.pace, 1.01),
            Figure(f"{name}: GET /current_user a minute", self.pace, 0.99, at_least=True),
            Figure(f"{name}: other requests in the pause", self.others, 0),
            Figure(f"{name}: dead letters and expired messages", self.dead_letters + self.expired, 0),
            Figure(f"{name}: the most messages the queue held", self.deepest, ROOM),
            Figure(f"{name}: requests turned away (429)", self.turned_away, 0),
            Figure(f"{name}: {self.entries} drained, of the least time", self.drain, 1.02),
        )

    def __str__(self):
        return (
            f"{self.entries} entries in {self.pushes} pushes; {self.posts} posts, then {self.probes} probes; "
            f"drained in {self.drain_s:.0f} s; {self.attention} entries need attention"
        )


def outage(*, hours, entries, manner="locked", seed=1, weather=STEADY):
    """Take Noko away for `hours` while `entries` arrive, bring it back, wait for the drain, and report."""
    with Cloud(seed=seed, weather=weather) as cloud:
        door = _Door(cloud, hours=hours, entries=entries)
        door.warm_up()
        cloud.sleep(minutes=2)
        cloud.network.begin_outage(manner)
        cloud.sandbox.books.edit_user(KIM.id, state="active")
        begin = cloud.timeline.now
        cloud.timeline.spawn(door.run)
        cloud.sleep(hours=hours)
        end = cloud.timeline.now
        asked = _asked(cloud, begin, end)
        attempts = sum(entry.attempt for entry in cloud.ledger.unlogged())
        cloud.network.end_outage()
        unopened = len(cloud.ledger.unopened(now=FOREVER_MS, limit=entries))
        drain_ms = _drain(cloud, entries)
        return Outage(
            manner=manner,
            hours=hours,
            entries=entries,
            pushes=door.pushes,
            attempts=attempts,
            **asked,
            deepest=cloud.queues.post.deepest,
            dead_letters=len(cloud.queues.post.dead_letters) + len(cloud.queues.open.dead_letters),
            expired=cloud.queues.post.expired + cloud.queues.open.expired,
            turned_away=cloud.sandbox.limiter.rejected,
            attention=cloud.ledger.count(Status.NEEDS_ATTENTION),
            unopened=unopened,
            drain_s=drain_ms / 1000,
            drain=drain_ms / (entries * cloud.intervals.throttle_ms),
            verdict=cloud.judge(draft(number).source_url for number in range(entries + 1)),
        )


def _drain(cloud, entries):
    """Wait until nothing is left; return how long that took from the end of the pause on."""
    while cloud.throttle.state().paused_at is not None:
        cloud.sleep(ms=1000)
    resumed = cloud.timeline.now
    until = resumed + PATIENCE_MS + 2 * entries * cloud.intervals.throttle_ms
    while cloud.ledger.count(Status.LOGGED) <= entries and cloud.timeline.now < until:
        cloud.sleep(ms=1000)
    return cloud.timeline.now - resumed


def _asked(cloud, begin, end):
    """Say what Noko was asked between two instants; `others` and the pace are those of the pause."""
    paused_at = cloud.throttle.state().paused_at
    assert paused_at is not None, "the outage was noticed"
    settled = paused_at + UNDER_WAY_MS
    requests = [request for request in cloud.network.requests if begin <= request[0] <= end]
    probes = [at for at, _, name, _ in requests if name == "current_user"]
    posts = [at for at, method, _, _ in requests if method == "POST"]
    others = [at for at, _, name, _ in requests if name != "current_user" and at > settled]
    return {
        "posts": len(posts),
        "probes": len(probes),
        "others": len(others),
        "pace": len(probes) / ((end - paused_at) / 60_000),
    }


class _Door:
    """Pushes at random times: entry 0 before the outage, the rest in it, a few of them by the newcomer."""

    def __init__(self, cloud, *, hours, entries):
        self._cloud = cloud
        self._luck = luck = cloud.luck("pushes")
        self._agenda = []
        number = 1
        while number <= entries:
            last = min(entries, number + luck.choice(SIZES) - 1)
            at = cloud.timeline.now + 180_000 + round(luck.random() * 3_600_000 * hours * 0.99)
            self._agenda.append((at, range(number, last + 1)))
            number = last + 1
        self._agenda.sort(key=lambda push: push[0])
        self._newcomer = {numbers[0] for _, numbers in luck.sample(self._agenda, min(BY_NEWCOMER, len(self._agenda)))}
        self.pushes = len(self._agenda)

    def warm_up(self):
        """Push once while all is well."""
        self._push(next(self._cloud.serve("first push")), range(1))

    def run(self):
        for container in self._cloud.serve("door"):
            if not self._agenda:
                return
            at, numbers = self._agenda[0]
            self._cloud.timeline.sleep_until(at)
            if self._push(container, numbers):
                self._agenda.pop(0)

    def _push(self, container, numbers):
        drafts = (draft(number, clock=container, **self._by(numbers[0])) for number in numbers)
        return self._cloud.deliver(container, delivery(*drafts, name=f"push-{numbers[0]}"))

    def _by(self, number):
        return {"author": Author(name="Kim", email=KIM.email)} if number in self._newcomer else {}
