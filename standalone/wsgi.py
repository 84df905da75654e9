"""A WSGI app behind waitress, in a thread, on 127.0.0.1."""

from __future__ import annotations

import logging
import threading
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

BACKLOG = 1024
CONNECTIONS = 1000


class WsgiServer:
    """A running server. `port` 0 takes a free one; `max_body` is what is read and buffered at most, in bytes."""

    def __init__(self, app: Any, *, port: int = 0, threads: int = 16, max_body: int = 64 * 1024 * 1024) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
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
        self.port = int(self._server.effective_port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run, name=f"wsgi-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what is being answered, close every connection, and end the thread."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(self._close_all)  # runs in the server's own thread: its sockets are not ours
        self._thread.join(timeout=5)

    def _close_all(self) -> None:
        wasyncore.close_all(self._server._map)  # noqa: SLF001 - waitress has no public way to end `run`
