"""A WSGI app behind waitress, in a thread, on 127.0.0.1."""

from __future__ import annotations

import threading
from typing import Any

from waitress.server import create_server

BACKLOG = 1024
CONNECTIONS = 1000


class WsgiServer:
    """A running server. `port` 0 takes a free one; `max_body` is what is read and buffered at most, in bytes."""

    def __init__(self, app: Any, *, port: int = 0, threads: int = 16, max_body: int = 64 * 1024 * 1024) -> None:
        self._server = create_server(
            app,
            host="127.0.0.1",
            port=port,
            threads=threads,
            backlog=BACKLOG,
            connection_limit=CONNECTIONS,
            max_request_body_size=max_body,
            inbuf_overflow=max_body,
            ident="tallyhook",
            clear_untrusted_proxy_headers=True,
        )
        self.port: int = self._server.effective_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run, name=f"wsgi-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, finish what is being answered, and end the thread."""
        self._server.close()
        self._server.task_dispatcher.shutdown()
        self._thread.join(timeout=5)
