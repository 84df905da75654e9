"""One house at work: its door, its queue pollers and its ticker, until it is left."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from chalicelib.errors import ConfigurationError
from standalone.gateway import MAX_READ_BYTES, Gateway
from standalone.worker import Poller, Ticker
from standalone.wsgi import WsgiServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.bootstrap import House
    from standalone.mailbox import Mailboxes, Name

POST_CONCURRENCY = 4
OPEN_CONCURRENCY = 2
TELL_CONCURRENCY = 1
POST_TIMEOUT_S = 60
OPEN_TIMEOUT_S = 300
PATIENCE_S = 13
"""How long leaving waits for an attempt that is under way: one request to Noko takes 12 seconds at most."""


class Instance:
    """A context in which everything runs. The house must have moved in: the handlers ask for it."""

    def __init__(self, house: House, mailboxes: Mailboxes, *, port: int) -> None:
        import app  # noqa: PLC0415 - Chalice's app object is made once, and only where it is served

        self._mailboxes = mailboxes
        self._telemetry = house.telemetry
        self._closing = ExitStack()
        try:
            gateway = WsgiServer(Gateway(app.app), port=port, max_body=MAX_READ_BYTES)
        except OSError as error:
            raise ConfigurationError(f"port {port} cannot be used ({error.strerror}): set PORT") from error
        self.port, self.url = gateway.port, gateway.url
        workers: list[Poller | Ticker] = [
            self._poll(app.open_delivery, "open", OPEN_CONCURRENCY, OPEN_TIMEOUT_S),
            self._poll(app.post_entry, "post", POST_CONCURRENCY, POST_TIMEOUT_S),
            self._poll(app.tell, "tell", TELL_CONCURRENCY, POST_TIMEOUT_S),
            Ticker(app.every_minute, interval_s=house.settings.intervals.sweep_ms / 1000, telemetry=self._telemetry),
        ]
        for worker in workers:  # left in reverse: the door first, then all are told to stop, then waited for
            self._closing.callback(worker.join, PATIENCE_S)
        for worker in workers:
            self._closing.callback(worker.stop)
        self._closing.callback(gateway.close)

    def _poll(self, handler: Callable[..., Any], name: Name, concurrency: int, timeout_s: float) -> Poller:
        return Poller(
            handler,
            name=name,
            mailbox=self._mailboxes.of(name),
            concurrency=concurrency,
            timeout_s=timeout_s,
            telemetry=self._telemetry,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
