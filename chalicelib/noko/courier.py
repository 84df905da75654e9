"""How a request gets to Noko, and its answer back: a slot for each, the guard, redirects, and what is learned."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.domain.interval import MAX_SLOT_AGE_MS
from chalicelib.domain.throttle import Kind
from chalicelib.errors import NokoUnavailable
from chalicelib.errors import Unavailable as NotNow
from chalicelib.exchange.message import Answer, Failure, Request, Result
from chalicelib.noko import answer as answers
from chalicelib.noko import protocol
from chalicelib.services import pausing
from chalicelib.services.slot import wait_for_slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.throttle import Slot
    from chalicelib.exchange.transport import Guard, Transport
    from chalicelib.noko.protocol import Call
    from chalicelib.ports import Clock, Secrets, Telemetry, Throttle

PATIENCE_MS = 20_000
"""How long a call waits for its slot."""
MAX_LATE_SLOTS = 5
"""How many slots may turn stale under one request before it is given up."""


class Courier:
    """The `Carrier` port over HTTP. Follows redirects by the rules of `protocol.redirected`; never retries."""

    def __init__(
        self,
        *,
        base_url: str,
        allowed_hosts: frozenset[str],
        transport: Transport,
        throttle: Throttle,
        clock: Clock,
        secrets: Secrets,
        telemetry: Telemetry,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._allowed_hosts = allowed_hosts
        self._transport = transport
        self._throttle = throttle
        self._clock = clock
        self._secrets = secrets
        self._telemetry = telemetry

    def carry(self, call: Call, *, kind: Kind = Kind.JOB) -> Answer:
        """Send one call; see `Carrier`."""
        return answers.receive(self._ask(self._request(call), kind), call)

    def pages(self, call: Call) -> Iterator[Answer]:
        """Yield the pages of a list, along `Link`; see `Carrier`."""
        request = self._request(call)
        seen: set[str] = set()
        while True:
            seen.add(request.url)
            page = answers.receive(self._ask(request, Kind.JOB), call)
            yield page
            url = protocol.next_page(page)
            if url is None:
                return
            following = protocol.elsewhere(request, url, allowed_hosts=self._allowed_hosts)
            if following is None:
                raise NokoUnavailable("Noko's next page lies where the token must not go", request=str(call))
            if following.url in seen:
                raise NokoUnavailable("Noko's pages lead in a circle", request=str(call))
            request = following

    def _request(self, call: Call) -> Request:
        return protocol.build(self._base_url, self._secrets.noko_token(), call)

    def _ask(self, request: Request, kind: Kind) -> Result:
        until = self._clock.now() + PATIENCE_MS
        slot = self._slot(kind, until)
        return self._exchange(request, kind=kind, slot=slot, until=until)

    def _slot(self, kind: Kind, until: int) -> Slot:
        return wait_for_slot(kind, throttle=self._throttle, clock=self._clock, telemetry=self._telemetry, until=until)

    def _exchange(self, request: Request, *, kind: Kind, slot: Slot, until: int) -> Result:
        """Send, and follow redirects verbatim. Raises only for what did not happen."""
        result = self._send(request, kind=kind, slot=slot, until=until)
        for _ in range(protocol.MAX_REDIRECTS):
            following = protocol.redirected(request, result, allowed_hosts=self._allowed_hosts)
            if following is None:
                break
            request, slot = following, self._slot(kind, until)
            result = self._send(request, kind=kind, slot=slot, until=until)
        return result

    def _send(self, request: Request, *, kind: Kind, slot: Slot, until: int) -> Result:
        for _ in range(MAX_LATE_SLOTS):
            result = protocol.without_token(self._transport.send(request, self._guard(slot, until)), request)
            if not (isinstance(result, Failure) and result.stopped and self._clock.now() < until):
                break
            slot = self._slot(kind, until)
        with suppress(NotNow):  # the answer is in hand: it must not be lost over this
            self._learn(result, slot)
        return result

    def _learn(self, result: Result, slot: Slot) -> None:
        """Tell the throttle what this exchange says of Noko itself."""
        now = self._clock.now()
        if isinstance(result, Answer) and result.status == 429:
            self._telemetry.alarm("noko_429")
            self._throttle.penalise(now=now)
        pausing.learn(
            protocol.health(result),
            slot,
            throttle=self._throttle,
            secrets=self._secrets,
            telemetry=self._telemetry,
            now=now,
        )

    def _guard(self, slot: Slot, until: int) -> Guard:
        def guard() -> str | None:
            now = self._clock.now()
            if now >= until:
                return "too late to send under this lease"
            if now - slot.at > MAX_SLOT_AGE_MS:
                return "the slot is stale"
            return None

        return guard
