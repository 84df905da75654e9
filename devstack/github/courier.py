"""Carries envelopes to hooks, and says what came of it.

Source: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks
"""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Lock, Timer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from devstack.github.delivery import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devstack.github.envelope import Envelope
    from devstack.github.switch import Switches

TIMEOUT_S = 10.0
"""How long GitHub waits for the whole of an answer."""

_MAX_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Outage:
    """Nobody's answers reach GitHub: each delivery times out at once. The receiver gets them only if `arrives`."""

    arrives: bool = False


class Courier:
    """Deliver, one connection each, never twice by itself and never to where a redirect leads.

    While `outage` is set, deliveries fail without waiting for anything.
    """

    def __init__(self, switches: Switches, *, timeout_s: float = TIMEOUT_S) -> None:
        self._switches = switches
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._open: set[HTTPConnection] = set()
        self._closing = False
        self.outage: Outage | None = None

    def carry(self, url: str, envelope: Envelope) -> Outcome:
        """Deliver an envelope; whatever happens is an outcome."""
        outage = self.outage
        if outage is not None and not outage.arrives:
            return self._timed_out(self._timeout_s)
        begun = time.monotonic()
        outcome = self._post(url, envelope)
        took = round(time.monotonic() - begun, 2)
        return replace(outcome, duration=took) if outage is None else self._timed_out(took)

    @contextmanager
    def hung_up(self) -> Iterator[None]:
        """Break off what is under way, and for as long as this lasts, whatever begins."""
        with self._lock:
            self._closing = True
            for connection in self._open:
                _break(connection)
        try:
            yield
        finally:
            self._closing = False

    def _post(self, url: str, envelope: Envelope) -> Outcome:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout_s)
        try:
            connection.connect()
        except OSError as error:
            late = isinstance(error, TimeoutError)
            return self._timed_out() if late else Outcome("failed to connect to host", self._switches.refused_code)
        with self._lock:
            self._open.add(connection)
            if self._closing:
                _break(connection)
        expired = Event()

        def expire() -> None:
            expired.set()
            _break(connection)

        timer = Timer(self._timeout_s, expire)
        timer.start()
        try:
            outcome = self._exchange(connection, parts.path + (f"?{parts.query}" if parts.query else ""), envelope)
            # Cut short by the timer, a body just looks shorter.
            return self._timed_out() if expired.is_set() else outcome
        except (OSError, HTTPException) as error:
            if expired.is_set() or isinstance(error, TimeoutError):
                return self._timed_out()
            status = f"POST {url} giving up after 1 attempt(s): EOF"
            return Outcome(status, self._switches.hung_up_code)
        finally:
            timer.cancel()
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _exchange(self, connection: HTTPConnection, target: str, envelope: Envelope) -> Outcome:
        connection.putrequest("POST", target or "/", skip_accept_encoding=True)
        for name, value in envelope.headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(envelope.body)))
        # A receiver may refuse a large body by its length alone and close: its answer is there to be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.endheaders(envelope.body)
        answer = connection.getresponse()
        body = answer.read(_MAX_ANSWER).decode("utf-8", "replace")
        status = "OK" if 200 <= answer.status < 300 else f"Invalid HTTP Response: {answer.status}"
        return Outcome(status, answer.status, headers=dict(answer.getheaders()), body=body)

    def _timed_out(self, duration: float = 0.0) -> Outcome:
        return Outcome("timed out", self._switches.timed_out_code, duration)


def _break(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
