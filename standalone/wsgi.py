"""A WSGI app behind waitress, in a thread, on 127.0.0.1 unless told otherwise."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from waitress import wasyncore

from standalone.connection import Limits, Listener
from standalone.run_file import DEFAULT_HOST, near, url_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

BACKLOG = 1024
CONNECTIONS = 800
"""Below the 1,024 files that a process may have open on most systems."""
MAX_HEADER_BYTES = 32 * 1024
"""Over it: 431. API Gateway takes 10 KB, GitHub sends one."""
IDLE_S = 75
"""How long a connection may lie idle: longer than a proxy in front keeps it, which must not lose a request to it."""
PLAIN = Limits()
ANSWER_S = 5.0
"""How long closing waits for what is being answered."""
GLANCE_S = 0.02


class WsgiServer:
    """A running server. `port` 0 takes a free one; `max_body` is what is read and buffered at most, in bytes.

    A `listener` that was opened by somebody else goes before host and port. Raises OSError.
    """

    def __init__(
        self,
        app: Any,
        *,
        host: str = DEFAULT_HOST,
        port: int = 0,
        threads: int = 16,
        max_body: int = 64 * 1024 * 1024,
        listener: socket.socket | None = None,
        limits: Limits = PLAIN,
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
        self._server = Listener(
            app,
            limits=limits,
            _sock=listener,
            bind_socket=listener is None,
            host=host,
            port=port,
            threads=threads,
            backlog=BACKLOG,
            connection_limit=CONNECTIONS,
            max_request_header_size=MAX_HEADER_BYTES,
            max_request_body_size=max_body,
            inbuf_overflow=max_body,
            outbuf_overflow=max_body,
            channel_timeout=IDLE_S,
            cleanup_interval=1,
            asyncore_use_poll=True,
            ident="tallyhook",
            clear_untrusted_proxy_headers=True,
        )
        self.port = int(self._server.effective_port)
        self.host = near(str(self._server.effective_host))
        self._thread = threading.Thread(target=self._server.run, name=f"wsgi-{self.port}", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where this machine reaches it."""
        return url_of(self.host, self.port)

    @property
    def is_alive(self) -> bool:
        """Whether it serves."""
        return self._thread.is_alive()

    def close(self, patience_s: float = ANSWER_S) -> bool:
        """Take no more, answer what has come for `patience_s`, and break off the rest; tell whether there was none.

        Harmless twice.
        """
        if not self.is_alive:
            return True
        ends = time.monotonic() + patience_s
        self._on_its_thread(self._server.stop_listening)
        while not (finished := self._on_its_thread(self._server.close_idle)) and time.monotonic() < ends:
            time.sleep(GLANCE_S)
        self._server.task_dispatcher.shutdown(timeout=max(0.0, ends - time.monotonic()))
        self._server.trigger.pull_trigger(self._close_all)
        self._thread.join(timeout=5)
        return finished

    def _on_its_thread(self, action: Callable[[], bool | None]) -> bool:
        """Have the server's thread do something, since its connections are not ours; return what it says."""
        answers: list[bool | None] = []
        done = threading.Event()

        def act() -> None:
            answers.append(action())
            done.set()

        self._server.trigger.pull_trigger(act)
        done.wait(timeout=1)
        return bool(answers and answers[0])

    def _close_all(self) -> None:
        wasyncore.close_all(self._server._map)  # noqa: SLF001 - waitress has no public way to end `run`
