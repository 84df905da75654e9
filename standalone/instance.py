"""One house at work: its door, its queue pollers and its ticker, until it is left."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Self

from chalicelib.errors import ConfigurationError
from standalone.gateway import MAX_READ_BYTES, Gateway
from standalone.readiness import Readiness, disk_has_room, store_answers
from standalone.run_file import DEFAULT_HOST
from standalone.worker import Poller, Ticker
from standalone.wsgi import WsgiServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from chalicelib.bootstrap import House
    from standalone.mailbox import Mailboxes, Name

POST_CONCURRENCY = 4
OPEN_CONCURRENCY = 2
TELL_CONCURRENCY = 1
POST_TIMEOUT_S = 60
OPEN_TIMEOUT_S = 300
PATIENCE_S = 15.0
"""How long closing takes at most: one request to Noko takes 12 seconds, to the last byte of its answer."""


class Instance:
    """A context in which everything runs. The house must have moved in: the handlers ask for it.

    `data` is the folder whose disk must not be full, if there is one, and `touch` writes to the store. Raises
    ConfigurationError for a port that cannot be used.
    """

    def __init__(
        self,
        house: House,
        mailboxes: Mailboxes,
        *,
        port: int,
        host: str = DEFAULT_HOST,
        data: Path | None = None,
        touch: Callable[[], None] | None = None,
        listener: socket.socket | None = None,
    ) -> None:
        import app  # noqa: PLC0415 - Chalice's app object is made once, and only where it is served

        self._mailboxes = mailboxes
        self._telemetry = house.telemetry
        self._workers: list[Poller | Ticker] = []
        probes = [store_answers(house, touch), self._workers_run, *([disk_has_room(data)] if data is not None else ())]
        door = Readiness(Gateway(app.app), probes)
        try:
            self._server = WsgiServer(door, host=host, port=port, max_body=MAX_READ_BYTES, listener=listener)
        except OSError as error:
            said = os.strerror(error.errno) if error.errno else str(error)
            raise ConfigurationError(f"port {port} on {host} cannot be used ({said}): set PORT or HOST") from error
        self.host, self.port, self.url = self._server.host, self._server.port, self._server.url
        self._workers += [
            self._poll(app.open_delivery, "open", OPEN_CONCURRENCY, OPEN_TIMEOUT_S),
            self._poll(app.post_entry, "post", POST_CONCURRENCY, POST_TIMEOUT_S),
            self._poll(app.tell, "tell", TELL_CONCURRENCY, POST_TIMEOUT_S),
            Ticker(app.every_minute, interval_s=house.settings.intervals.sweep_ms / 1000, telemetry=self._telemetry),
        ]

    def _poll(self, handler: Callable[..., Any], name: Name, concurrency: int, timeout_s: float) -> Poller:
        return Poller(
            handler,
            name=name,
            mailbox=self._mailboxes.of(name),
            concurrency=concurrency,
            timeout_s=timeout_s,
            telemetry=self._telemetry,
        )

    @property
    def dead(self) -> list[str]:
        """The names of the threads that ended although nobody told them to: the house cannot do its work."""
        return [*([] if self._server.is_alive else ["wsgi"]), *(name for each in self._workers for name in each.dead)]

    def close(self) -> list[str]:
        """Close the door, let what is under way finish, and return what was cut off after 15 seconds.

        What is cut off is not lost: its message comes again, and its entry is looked up before anything is sent.
        """
        ends = time.monotonic() + PATIENCE_S
        for worker in self._workers:
            worker.stop()
        answered = self._server.close()
        for worker in self._workers:
            worker.join(max(0.0, ends - time.monotonic()))
        return [*([] if answered else ["door"]), *(name for each in self._workers for name in each.at_work)]

    def _workers_run(self) -> str | None:
        if any(each.dead for each in self._workers):
            return "a worker has ended"
        if any(isinstance(each, Ticker) and each.is_late for each in self._workers):
            return "the tick is late"
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
