"""The fake behind a real socket: HTTP/1.1 on one address, a thread for each connection.

A WSGI server cannot close a connection without an answer, so this is `http.server`, which can. It belongs on
the loopback address: there is no TLS.
"""

from __future__ import annotations

import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from devstack.sandbox.message import Answer, Dropped, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
MAX_BODY = 1024 * 1024


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
        length = self.headers.get("Content-Length", "0")
        chunked = "Transfer-Encoding" in self.headers
        if chunked or not (length.isascii() and length.isdecimal()) or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(Response(HTTPStatus.BAD_REQUEST))
            return
        body = self.rfile.read(int(length))
        answer = self.server.handle(Request.from_http(self.command, self.path, self.headers.items(), body))
        if answer.delay_ms:
            self.server.closing.wait(answer.delay_ms / 1000)
        if isinstance(answer, Dropped):
            self.close_connection = True
        else:
            self._send(answer)

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
        """Say nothing: the fake keeps its own log of requests."""


class _Listener(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, handle: Callable[[Request], Answer]) -> None:
        super().__init__((HOST, port), _Handler)
        self.handle = handle
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
    """Something that answers requests, listening on a port of the loopback address until `close`."""

    def __init__(self, handle: Callable[[Request], Answer], port: int = 0) -> None:
        self._listener = _Listener(port, handle)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._listener.server_port

    def close(self) -> None:
        """Stop listening and break off what is open."""
        self._listener.shutdown()
        self._listener.server_close()
        self._listener.hang_up()
        self._thread.join()
