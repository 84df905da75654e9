"""The sandbox behind a real socket. Its control calls need no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.sandbox import BASE_PATH, Sandbox
from devstack.wire.server import HOST
from devstack.wire.server import Server as WireServer

if TYPE_CHECKING:
    from devstack.wire.message import Answer, Request


class Server:
    """A sandbox that listens, until `close`; raises OSError. What its diary holds is done again before that."""

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        self._server = WireServer(self._handle, port=port, run_due=sandbox.run_due)
        sandbox.base_url = f"http://{HOST}:{self._server.port}{BASE_PATH}"
        sandbox.resume(self._server.port)
        self._server.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return self.sandbox.base_url

    def _handle(self, request: Request) -> Answer:
        return self.sandbox.handle(request)  # looked up each time: a test may stand in its way

    def close(self) -> None:
        """Stop listening and break off what is open. Late work that was not due yet is never done."""
        self._server.close()


def serve(sandbox: Sandbox, port: int = 0) -> Server:
    """Serve a sandbox on 127.0.0.1, on a free port unless one is given, and set its `base_url`."""
    return Server(sandbox, port)
