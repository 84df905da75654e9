"""One HTTP exchange with Noko: guarded at the first byte, bounded as a whole, never repeated.

`requests` alone can do neither: its read timeout counts from byte to byte, and between `send()` and the first
byte lie name resolution, connecting and TLS, which may take longer than the guard allows. So the connection
class asks the guard itself, on the line before it sends, and its socket knows the instant at which all is over.
A fresh connection for every exchange: a dead keep-alive would be an attempt with an unknown fate.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any, Protocol

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from chalicelib.domain.interval import CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS
from chalicelib.noko.protocol import Answer, Failure, Request, Result

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
    """What happened to one exchange: asked by the connection, read by the transport."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.sent = False

    def first_byte(self, sock: socket.socket) -> _BoundedSocket:
        refusal = self.guard()
        if refusal is not None:
            raise _StoppedError(refusal)
        self.sent = True
        return _BoundedSocket(sock, time.monotonic() + REQUEST_TIMEOUT_MS / 1000)


class _BoundedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left(self._ends))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedSocket:
    """A socket on which every operation ends at one instant, whatever timeout is set on it."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._ends = ends

    def settimeout(self, _timeout: float | None) -> None:
        """Keep our own bound."""

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(_left(self._ends))
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._ends))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _guarded(base: Any, watch: _Watch) -> Any:
    """Make a connection class of `base` that connects, asks the guard, and only then sends."""

    class Guarded(base):  # type: ignore[misc] # two bases, one rule
        sock: Any

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            self.sock = watch.first_byte(self.sock)
            super().request(*args, **kwargs)

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
    """The real transport. Ignores proxies and `.netrc` of its environment: the token goes where it is told."""

    def send(self, request: Request, guard: Guard) -> Result:
        """Send once; see `Transport`."""
        watch = _Watch(guard)
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, _GuardedAdapter(watch))
            try:
                prepared = requests.Request(
                    request.method, request.url, dict(request.headers), data=request.body
                ).prepare()
                response = session.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=(CONNECT_TIMEOUT_MS / 1000, REQUEST_TIMEOUT_MS / 1000),
                )
                return _answer(response)
            except _StoppedError as error:
                return Failure(sent=False, reason=str(error), stopped=True)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                return Failure(sent=watch.sent, reason=_reason(error))


def _answer(response: requests.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    body, complete = b"", False
    try:
        while chunk := response.raw.read(65_536, decode_content=True):
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                break
        else:
            complete = True
    except (HTTPError, OSError, ValueError):
        pass
    return Answer(response.status_code, headers, body, complete=complete)


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
