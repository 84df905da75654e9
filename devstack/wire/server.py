"""A stand-in behind a real socket: HTTP/1.1 on one address, a thread for each connection.

A WSGI server cannot close a connection without an answer, so this is `http.server`, which can. It belongs on
the loopback address: there is no TLS.
"""

from __future__ import annotations

import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from devstack.wire.message import Answer, Dropped, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
MAX_BODY = 32 * 1024 * 1024


class _BodyError(Exception):
    """The length of the request's body cannot be told, or is too much."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks for one `do_METHOD` a method; here the core judges them all.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        try:
            body = self._body()
        except _BodyError:
            self.close_connection = True
            self._send(Response(HTTPStatus.BAD_REQUEST))
            return
        request = Request.from_http(self.command, self.path, self.headers.items(), body)
        answer = self.server.handle(request)
        self._wait(answer)
        if isinstance(answer, Dropped):
            self.close_connection = True
        else:
            self._send(answer)

    def _wait(self, answer: Answer) -> None:
        closing = answer.delay_ms > 0 and self.server.closing.wait(answer.delay_ms / 1000)
        if isinstance(answer, Dropped) and answer.work_due is not None and not closing:
            self.server.run_due(answer.work_due)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdecimal()) or int(length) > MAX_BODY:
            raise _BodyError
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(1024).split(b";")[0], 16)
            except ValueError:
                raise _BodyError from None
            if size < 0 or len(body) + size > MAX_BODY:
                raise _BodyError
            if size == 0:
                break
            body += self.rfile.read(size)
            self.rfile.readline(1024)
        while self.rfile.readline(1024).strip():
            pass
        return bytes(body)

    def _send(self, response: Response) -> None:
        """Write the answer at once: two writes would wait for each other's acknowledgement."""
        lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if response.status != HTTPStatus.NOT_MODIFIED:
            lines.append(f"Content-Length: {len(response.body)}")
        if response.cut_at is not None:
            self.close_connection = True
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        try:
            self.wfile.write(head + (b"" if self.command == "HEAD" else response.body[: response.cut_at]))
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing: a stand-in keeps its own journal of requests."""


class _Listener(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(
        self, port: int, handle: Callable[[Request], Answer], run_due: Callable[[int], object] | None = None
    ) -> None:
        super().__init__((HOST, port), _Handler)
        self.handle = handle
        self.run_due = run_due or _never
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that hang up; anything else is a fault of ours and shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """Break off every connection that is still open."""
        self.closing.set()
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Server:
    """Something that answers requests, on a port of the loopback address from `start` to `close`; raises OSError.

    `port` 0 takes a free one. `run_due` does the late work of answers that were dropped for it, up to an instant.
    """

    def __init__(
        self, handle: Callable[[Request], Answer], *, port: int = 0, run_due: Callable[[int], object] | None = None
    ) -> None:
        self._listener = _Listener(port, handle, run_due)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> Self:
        """Answer; until then, callers wait."""
        self._thread.start()
        return self

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._listener.server_port

    def close(self) -> None:
        """Stop listening and break off what is open. Late work that was not due yet is never done."""
        self._listener.shutdown()
        self._listener.server_close()
        self._listener.hang_up()
        self._thread.join()


def _never(_instant: int) -> None:
    """Do no work late."""
