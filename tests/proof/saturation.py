"""Saturated hours: more work than Noko takes, bad clocks, pauses and crashes. What arrives at the limiter?

Everything is real but the outside: each entry goes through intake, opening, posting and settling, on four posting
workers, two opening ones and the tick, with somebody who asks Noko for other things all the while.
"""

from dataclasses import dataclass

from fakes.house import delivery, draft

from chalicelib.domain.lifecycle import Status
from chalicelib.domain.throttle import Kind
from chalicelib.errors import Unavailable
from devstack.bench.figure import Figure
from proof.cloud import Cloud
from proof.container import Weather
from proof.verdict import Verdict

NOKO_RATE = 2
BURST = 5
WARM_UP_MS = 120_000
"""Until the first delivery is opened and its entries are on their way."""
BACKLOG = 2_400
"""More than the workers take until the next push is opened, even if the first opening dies."""
JOB_EVERY_MS = 20_000
JOB_TIMEOUT_MS = 55_000
PATIENCE_HOURS = 3
ROUGH = Weather()


@dataclass(frozen=True, slots=True)
class Saturation:
    """What came of it. `share` is that of Noko's rate; `excess` the limiter's worst, in requests (of its burst)."""

    hours: float
    requests: int
    jobs: int
    share: float
    turned_away: int
    excess: float
    late: int
    unused: int
    killed: int
    timed_out: int
    paused: int
    frozen: int
    jobs_given_up: int
    ticks_failed: int
    dead_letters: int
    attention: int
    verdict: Verdict

    @property
    def figures(self):
        """The figures beside their bounds."""
        name = f"{self.hours:g} saturated hours"
        return (
            Figure(f"{name}: share of {NOKO_RATE} requests a second", 100 * self.share, 99, "%", at_least=True),
            Figure(f"{name}: requests turned away (429)", self.turned_away, 0),
            Figure(f"{name}: the limiter's worst excess, of {BURST}", self.excess, BURST),
            Figure(f"{name}: entries lost, doubled, open or at odds", self.verdict.wrong, 0),
            Figure(f"{name}: dead letters", self.dead_letters, 0),
        )

    def __str__(self):
        return (
            f"{self.requests} requests, {self.jobs} of them jobs; {self.late} slots late, {self.unused} unused; "
            f"{self.killed} invocations killed, {self.timed_out} of them for their time, {self.paused} pauses, "
            f"{self.frozen} freezes; {self.jobs_given_up} jobs got no slot, {self.ticks_failed} steps of ticks failed; "
            f"{self.attention} entries need attention"
        )


def saturate(*, hours, seed=1, weather=ROUGH, intervals=None, backlog=BACKLOG):
    """Keep Noko busy for `hours` with at least half a `backlog` waiting, then let all come to rest, and report."""
    with Cloud(seed=seed, weather=weather, intervals=intervals) as cloud:
        feed, job = _Feed(cloud, backlog), _Job(cloud)
        cloud.timeline.spawn(feed.run)
        cloud.timeline.spawn(job.run)
        begin = cloud.timeline.now + WARM_UP_MS
        cloud.sleep(ms=WARM_UP_MS, hours=hours)
        end = cloud.timeline.now
        arrivals = [a for a in cloud.sandbox.limiter.arrivals if begin < a.at <= end and a.delay_ms is not None]
        feed.ends = job.ends = True
        _rest(cloud, feed)
        return _report(cloud, feed, job, hours=hours, arrived=len(arrivals))


class _Feed:
    """Somebody who pushes whenever the backlog is nearly gone."""

    def __init__(self, cloud, backlog):
        self._cloud = cloud
        self._backlog = backlog
        self.count = 0
        self.ends = False

    def run(self):
        for container in self._cloud.serve("door"):
            if self.ends:
                return
            if self.count - self._cloud.ledger.count(Status.LOGGED) >= self._backlog:
                self._cloud.sleep(minutes=1)
                continue
            numbers = range(self.count + 1, self.count + self._backlog // 2 + 1)
            push = delivery(*(draft(number, clock=container) for number in numbers), name=f"push-{self.count}")
            if self._cloud.deliver(container, push):
                self.count += len(numbers)

    def wanted(self):
        """Return the source URLs of all that was pushed."""
        return (draft(number).source_url for number in range(1, self.count + 1))


class _Job:
    """Somebody who asks for other things now and then, as a person at the command line does."""

    def __init__(self, cloud):
        self._cloud = cloud
        self.given_up = 0
        self.ends = False

    def run(self):
        luck = self._cloud.luck("job pauses")
        for container in self._cloud.serve("job"):
            if self.ends:
                return
            container.invoke(self._ask, timeout_ms=JOB_TIMEOUT_MS, calls=5)
            self._cloud.sleep(ms=round(luck.expovariate(1 / JOB_EVERY_MS)))

    def _ask(self, ports, _):
        try:
            ports.noko.users()
        except Unavailable:
            self.given_up += 1


def _rest(cloud, feed):
    for _ in range(60 * PATIENCE_HOURS):
        if cloud.ledger.count(Status.LOGGED) + cloud.ledger.count(Status.NEEDS_ATTENTION) == feed.count:
            return
        cloud.sleep(minutes=1)


def _report(cloud, feed, job, *, hours, arrived):
    limiter, events = cloud.sandbox.limiter, cloud.tally.events
    slots = cloud.throttle.slots
    return Saturation(
        hours=hours,
        requests=limiter.accepted,
        jobs=sum(kind is not Kind.POSTING for _, kind in slots),
        share=arrived / (NOKO_RATE * 3600 * hours),
        turned_away=limiter.rejected,
        excess=limiter.max_delay_ms * NOKO_RATE / 1000,
        late=cloud.network.stopped,
        unused=len(slots) - limiter.accepted - limiter.rejected - cloud.network.stopped,
        killed=events["killed"],
        timed_out=events["timed_out"],
        paused=events["stood_still"],
        frozen=events["frozen"],
        jobs_given_up=job.given_up,
        ticks_failed=events["tick_step_failed"],
        dead_letters=len(cloud.queues.post.dead_letters) + len(cloud.queues.open.dead_letters),
        attention=cloud.ledger.count(Status.NEEDS_ATTENTION),
        verdict=cloud.judge(feed.wanted()),
    )
