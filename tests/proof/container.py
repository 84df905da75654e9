"""A Lambda execution environment in virtual time: a clock that is wrong, calls that take time, and a sudden end."""

from dataclasses import dataclass

from chalicelib.errors import TallyhookError
from chalicelib.noko.client import NokoClient
from chalicelib.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bad the world is. Durations are in milliseconds, (median, sigma) those of a lognormal one.

    skew_ms: a container's clock is off by up to this, either way.
    table_ms, net_ms: a call to AWS; one way to Noko.
    pauses: the share of calls before which the process stands still for 0.5 to 5 s.
    freezes: ... for 10 to 120 s, and then goes on as if nothing had been.
    kills: the share of invocations that die at one of their calls.
    twice: the share of messages that come twice.
    """

    skew_ms: int = 1000
    table_ms: tuple[float, float] = (6, 0.5)
    net_ms: tuple[float, float] = (40, 0.5)
    pauses: float = 0.0002
    freezes: float = 0.00001
    kills: float = 0.001
    twice: float = 0.001


FAIR = Weather(skew_ms=0, pauses=0, freezes=0, kills=0, twice=0)
"""Calls take their time, and nothing goes wrong."""
LONGEST_MS = 3_000
LIFE_MS = (1_800_000, 14_400_000)
"""From half an hour to four, then Lambda takes a fresh one, with another clock."""


class Killed(BaseException):
    """The process is gone, past everything that catches errors."""


class Container:
    """A process with ports of its own over what all share. It is the `Clock` port, too."""

    def __init__(self, cloud, luck):
        self._timeline = cloud.timeline
        self._weather = cloud.weather
        self._tally = cloud.tally
        self._luck = luck
        self._skew = round(luck.uniform(-1, 1) * cloud.weather.skew_ms)
        self._dies_at = self._calls_left = None
        self._killed = False
        self._retires_at = cloud.timeline.now + luck.randrange(*LIFE_MS)
        throttle = Remote(cloud.throttle, self)
        self.ports = Ports(
            ledger=Remote(cloud.ledger, self),
            queue=Remote(cloud.queues, self),
            throttle=throttle,
            noko=NokoClient(
                base_url=cloud.sandbox.base_url,
                allowed_hosts=frozenset(),
                transport=cloud.network.of(self),
                throttle=throttle,
                clock=self,
                secrets=cloud.secrets,
                telemetry=cloud.tally,
            ),
            clock=self,
            tokens=cloud.tokens,
            telemetry=cloud.tally,
            secrets=cloud.secrets,
            intervals=cloud.intervals,
        )

    @property
    def alive(self):
        """Tell whether it may be invoked again."""
        return not self._killed and self._timeline.now < self._retires_at

    def invoke(self, handler, *, timeout_ms, calls):
        """Call `handler(ports, deadline)`; tell whether it returned. `calls` is how many calls it may make or more."""
        self._dies_at = self._timeline.now + timeout_ms
        dies = self._luck.random() < self._weather.kills
        self._calls_left = self._luck.randrange(calls) if dies else None
        try:
            handler(self.ports, self.now() + timeout_ms)
        except Killed:
            self._tally.event("killed")
            self._killed = True
            return False
        except TallyhookError as error:
            self._tally.event("invocation_failed", error=type(error).__name__)
            return False
        return True

    def now(self):
        return self._timeline.now + self._skew

    def sleep_until(self, instant):
        """Wake a little late, as processes do."""
        self._pass(instant - self._skew + int(self._luck.expovariate(0.5)))

    def call(self, lasts):
        """Spend the time of a call; be paused or frozen before it, or die."""
        if self._calls_left is not None:
            if self._calls_left == 0:
                raise Killed
            self._calls_left -= 1
        chance = self._luck.random()
        if chance < self._weather.freezes:
            self._tally.event("frozen")
            thaw = self._timeline.now + self._luck.randrange(10_000, 120_000)
            self._dies_at = max(self._dies_at, thaw + 1_000)
            self._timeline.sleep_until(thaw)
        elif chance < self._weather.pauses:
            self._tally.event("stood_still")
            self.wait(self._luck.randrange(500, 5_000))
        self.wait(self.duration(lasts))

    def call_aws(self):
        """Spend the time of a call to AWS, or die."""
        self.call(self._weather.table_ms)

    def wait(self, ms):
        """Do nothing for a while; be killed if the invocation's time is over before."""
        self._pass(self._timeline.now + ms)

    def duration(self, lasts):
        """Draw how long something lasts."""
        median, sigma = lasts
        return round(min(LONGEST_MS, median * self._luck.lognormvariate(0, sigma)))

    def _pass(self, until):
        if until > self._dies_at:
            self._timeline.sleep_until(self._dies_at)
            self._tally.event("timed_out")
            raise Killed
        if until > self._timeline.now:
            self._timeline.sleep_until(until)


class Remote:
    """A port behind a network: every method first takes the time of a call. What is done is done at one instant."""

    def __init__(self, port, container):
        self._port = port
        self._container = container

    def __getattr__(self, name):
        method, call = getattr(self._port, name), self._container.call_aws

        def called(*args, **kwargs):
            call()
            return method(*args, **kwargs)

        setattr(self, name, called)
        return called
