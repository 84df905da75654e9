"""Several containers of the door over one store, each with a cache of secrets of its own, of whatever age."""

import math
import random
from types import SimpleNamespace

import app
from chalicelib import bootstrap
from chalicelib.aws.secrets import SsmSecrets
from chalicelib.settings import Settings
from standalone.gateway import Gateway

GATEWAY = Gateway(app.app)


class Containers:
    """Requests go to any of them, as Lambda sends them; some of them are cold."""

    def __init__(self, house, client, *, prefix, seed=0):
        self._house, self._client, self._prefix = house, client, prefix
        self._random = random.Random(seed)
        self._all = []
        self.served = 0

    def start(self):
        """Start another one, whose cache is empty."""
        secrets = SsmSecrets(self._client, prefix=self._prefix, now=self._house.clock.now)
        self._all.append(
            SimpleNamespace(
                ports=self._house.ports,
                stamped=self._house.ports,
                routing=self._house.routing,
                clock=self._house.clock,
                secrets=secrets,
                telemetry=self._house.telemetry,
                settings=Settings(public_url="https://time.acme.example"),
            )
        )
        return self._all[-1]

    def any(self):
        """Return one of them."""
        return self._random.choice(self._all)

    def __call__(self, environ, start_response):
        """Serve a request, as the gateway does."""
        self.served += 1
        bootstrap.move_in(self.any())
        return GATEWAY(environ, start_response)


class Traffic:
    """Does something every few seconds of a clock, also while others sleep by it."""

    def __init__(self, clock, act, *, every_ms, count=10_000):
        self._clock, self._act = clock, act
        start = clock.now()
        self._due = iter([*(start + number * every_ms for number in range(count)), math.inf])
        self._next = next(self._due)
        self._sleep_until, clock.sleep_until = clock.sleep_until, self.flow_until

    def flow_until(self, instant):
        """Let everything happen that is due until then, each at its time."""
        while self._next < instant:
            self._sleep_until(self._next)
            self._act()
            self._next = next(self._due)
        self._sleep_until(instant)

    def flow(self, *, minutes):
        """Let time pass."""
        self.flow_until(self._clock.now() + minutes * 60_000)
