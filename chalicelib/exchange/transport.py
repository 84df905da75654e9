"""One HTTP exchange: guarded at the first byte, bounded as a whole, never repeated.

`requests` alone can do neither: its read timeout counts from byte to byte, and between `send()` and the first
byte lie name resolution, connecting and TLS, which may take longer than the guard allows. So the socket itself
asks the guard on the line before its first byte, and knows the instant at which all is over. Only the adapter of
`requests` is used: a session would read redirects' bodies and targets on its own.
A fresh connection for every exchange: a dead keep-alive would be an attempt with an unknown fate.
"""

from __future__ import annotations

import io
import logging
import socket
import ssl
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from chalicelib.domain.interval import CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS
from chalicelib.exchange.message import Answer, Failure, Request, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    Guard = Callable[[], str | None]
    """Asked on the line before the first byte: why nothing may be sent any more, or None."""

MAX_ANSWER_BYTES = 32_000_000


class Transport(Protocol):
    """Carries one request. Never raises for what the network does, never repeats, never follows."""

    def send(self, request: Request, guard: Guard) -> Result:
        """Ask the guard, send, and return the answer or how it failed."""


class _StoppedError(Exception):
    """The guard let no byte out."""


class _Watch:
    """What happened to one exchange: asked by the socket, read by the transport."""

    def __init__(self, guard: Guard, timeout_s: float) -> None:
        self._guard = guard
        self._timeout_s = timeout_s
        self._ends: float | None = None

    @property
    def sent(self) -> bool:
        return self._ends is not None

    def left(self) -> float:
        """Return the seconds that are left; asked before the first byte, so that the guard speaks then."""
        if self._ends is None:
            refusal = self._guard()
            if refusal is not None:
                raise _StoppedError(refusal)
            self._ends = time.monotonic() + self._timeout_s
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _BoundedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, watch: _Watch) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._watch = watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._watch.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedSocket:
    """A socket on which every operation ends at one instant, whatever timeout is set on it."""

    def __init__(self, sock: socket.socket, watch: _Watch) -> None:
        self._sock = sock
        self._watch = watch

    def settimeout(self, _timeout: float | None) -> None:
        """Keep our own bound."""

    def sendall(self, data: bytes) -> None:
        """Send piece by piece: the timeout of a TLS socket counts anew for each of them."""
        rest = memoryview(data)
        while rest:
            self._sock.settimeout(self._watch.left())
            rest = rest[self._sock.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._watch))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def _guarded(base: Any, watch: _Watch) -> Any:
    """Make a connection class of `base` whose socket is bounded from its first byte on."""

    class Guarded(base):  # type: ignore[misc] # two bases, one rule
        sock: Any

        def connect(self) -> None:
            super().connect()
            self.sock = _BoundedSocket(self.sock, watch)

    return Guarded


class _GuardedAdapter(HTTPAdapter):
    """Opens connections that ask the guard."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)

        class Plain(urllib3.HTTPConnectionPool):
            ConnectionCls = _guarded(HTTPConnection, self._watch)

        class Secure(urllib3.HTTPSConnectionPool):
            ConnectionCls = _guarded(HTTPSConnection, self._watch)

        self.poolmanager.pool_classes_by_scheme = {"http": Plain, "https": Secure}


class RequestsTransport:
    """The real transport. Ignores proxies and `.netrc` of its environment: the token goes where it is told.

    Connecting to one address and its TLS each take `connect_ms` at most, everything from the first byte on
    `request_ms`. Resolving the name has no bound: the guard is asked after it.
    """

    def __init__(self, *, connect_ms: int = CONNECT_TIMEOUT_MS, request_ms: int = REQUEST_TIMEOUT_MS) -> None:
        self._connect_s = connect_ms / 1000
        self._request_s = request_ms / 1000
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it warns of odd headers with them and the whole URL

    def send(self, request: Request, guard: Guard) -> Result:
        """Send once; see `Transport`."""
        watch = _Watch(guard, self._request_s)
        with closing(_GuardedAdapter(watch)) as adapter:
            try:
                prepared = requests.Request(
                    request.method, request.url, dict(request.headers), data=request.body
                ).prepare()
                with closing(
                    adapter.send(prepared, stream=True, timeout=(self._connect_s, self._request_s))
                ) as response:
                    return _answer(response)
            except _StoppedError as error:
                return Failure(sent=False, reason=str(error), stopped=True)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                return Failure(sent=watch.sent, reason=_reason(error))


def _answer(response: requests.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    body, complete = bytearray(), False
    try:
        while chunk := response.raw.read(65_536, decode_content=True):
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                break
        else:
            complete = True
    except (HTTPError, OSError, ValueError):
        pass
    return Answer(response.status_code, headers, bytes(body), complete=complete)


def _reason(error: BaseException) -> str:
    """Name the root cause in a few words, without addresses: exceptions may quote headers and URLs."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = next((a for a in cause.args if isinstance(a, BaseException)), None) or (
            cause.__cause__ or cause.__context__
        )
    for kind, words in (
        (socket.gaierror, "the name could not be resolved"),
        (ConnectionRefusedError, "connection refused"),
        (ssl.SSLError, "TLS failed"),
        (TimeoutError, "timed out"),
        (requests.Timeout, "timed out"),
        (ConnectionResetError, "connection reset"),
        (BrokenPipeError, "connection reset"),
    ):
        if any(isinstance(link, kind) for link in chain):
            return words
    return type(chain[-1]).__name__
