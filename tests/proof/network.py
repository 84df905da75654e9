"""The way to the sandbox in virtual time: connecting, travelling and waiting, and an outage on request."""

from chalicelib.domain.interval import REQUEST_TIMEOUT_MS
from chalicelib.exchange.message import Answer, Failure
from devstack.sandbox import Request

TRIPS_TO_CONNECT = 3
"""TCP and TLS, before the first byte of the request."""


class Network:
    """What lies between all containers and Noko.

    `outage` is None, or how Noko is away: "refused" (no connection), "silent" (no answer), "locked" (503).
    `requests` holds each request that was tried: when, method, last word of the path, whether its first byte left.
    """

    def __init__(self, timeline, sandbox, *, net_ms):
        self.timeline = timeline
        self.sandbox = sandbox
        self.net_ms = net_ms
        self.outage = None
        self.requests = []
        self.stopped = 0

    def begin_outage(self, manner):
        """Let Noko be away from now on."""
        self.outage = manner
        if manner == "locked":
            self.sandbox.faults.add("locked", times=None)

    def end_outage(self):
        """Let Noko be back."""
        self.outage = None
        self.sandbox.faults.clear()

    def of(self, container):
        """Return the transport of one container."""
        return _Way(self, container)


class _Way:
    def __init__(self, network, container):
        self._network = network
        self._container = container

    def send(self, request, guard):
        """Carry one request. From its first byte on it arrives, whatever becomes of the process."""
        network, container, timeline = self._network, self._container, self._network.timeline
        median, sigma = network.net_ms
        container.call((TRIPS_TO_CONNECT * median, sigma))
        name = request.url.partition("?")[0].rpartition("/")[2]
        if network.outage == "refused":
            network.requests.append((timeline.now, request.method, name, False))
            return Failure(sent=False, reason="connection refused")
        refusal = guard()
        if refusal is not None:
            network.stopped += 1
            return Failure(sent=False, reason=refusal, stopped=True)
        network.requests.append((timeline.now, request.method, name, True))
        timeline.sleep_until(timeline.now + container.duration(network.net_ms))
        if network.outage == "silent":
            container.wait(REQUEST_TIMEOUT_MS)
            return Failure(sent=True, reason="timed out")
        answer = network.sandbox.handle(
            Request.from_http(request.method, request.url, request.headers.items(), request.body or b"")
        )
        container.wait(answer.delay_ms)
        container.call(network.net_ms)
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers}, answer.body)
