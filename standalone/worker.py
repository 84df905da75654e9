"""Queue pollers and a ticker: what Lambda's event sources do, in threads of this process."""

from __future__ import annotations

import datetime as dt
import threading
import time
import traceback
import uuid
from typing import TYPE_CHECKING, Any

from chalicelib.errors import StoreUnavailable, TallyhookError
from standalone.invocation import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.ports import Telemetry
    from standalone.mailbox import Mailbox, Message, Name

BACK_OFF_S = 1.0
TICK_TIMEOUT_S = 55


class Poller:
    """Receives messages of one queue, one at a time in each of `concurrency` threads, and deletes what succeeded.

    What raised stays invisible until the queue's visibility timeout, as with Lambda's event source mapping.
    """

    def __init__(
        self,
        handler: Callable[[dict[str, Any], Context], Any],
        *,
        name: Name,
        mailbox: Mailbox,
        concurrency: int,
        timeout_s: float,
        telemetry: Telemetry,
    ) -> None:
        self._handler = handler
        self._mailbox = mailbox
        self._timeout_s = timeout_s
        self._telemetry = telemetry
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._poll, name=f"{name}-{number}", daemon=True) for number in range(concurrency)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Receive no more; return at once."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        """Wait for what is under way, `timeout_s` at most: what is cut off, the next start mends."""
        ends = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))

    @property
    def at_work(self) -> list[str]:
        """The names of the threads that run."""
        return [thread.name for thread in self._threads if thread.is_alive()]

    @property
    def dead(self) -> list[str]:
        """The names of the threads that ended."""
        return [thread.name for thread in self._threads if not thread.is_alive()]

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._mailbox.receive()
                if message is not None and self._invoke(message):
                    self._mailbox.delete(message)
            except StoreUnavailable as error:
                self._telemetry.event("queue_unreachable", reason=str(error))
                self._stop.wait(BACK_OFF_S)

    def _invoke(self, message: Message) -> bool:
        record = {
            "messageId": message.id,
            "receiptHandle": message.receipt,
            "body": message.body,
            "attributes": {"ApproximateReceiveCount": str(message.receives)},
            "eventSource": "aws:sqs",
        }
        return invoke(self._handler, {"Records": [record]}, self._timeout_s, self._telemetry)


class Ticker:
    """Invokes the tick at every interval, one at a time, from the start on."""

    def __init__(
        self, handler: Callable[[dict[str, Any], Context], Any], *, interval_s: float, telemetry: Telemetry
    ) -> None:
        self._handler = handler
        self._interval_s = interval_s
        self._telemetry = telemetry
        self._stop = threading.Event()
        self._ticked = time.monotonic()
        self._thread = threading.Thread(target=self._tick, name="ticker", daemon=True)
        self._thread.start()

    @property
    def at_work(self) -> list[str]:
        """Its name, while it runs."""
        return [self._thread.name] if self._thread.is_alive() else []

    @property
    def dead(self) -> list[str]:
        """Its name, once it ended."""
        return [] if self._thread.is_alive() else [self._thread.name]

    @property
    def is_late(self) -> bool:
        """Whether no tick has ended for as long as two may take."""
        return time.monotonic() - self._ticked > self._interval_s + 2 * TICK_TIMEOUT_S

    def stop(self) -> None:
        """Tick no more; return at once."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        """Wait for a tick that is under way, `timeout_s` at most."""
        self._thread.join(timeout_s)

    def _tick(self) -> None:
        while not self._stop.is_set():
            invoke(self._handler, _scheduled_event(), TICK_TIMEOUT_S, self._telemetry)
            self._ticked = time.monotonic()
            self._stop.wait(self._interval_s)


def _scheduled_event() -> dict[str, Any]:
    """Return an event in the shape that EventBridge gives to scheduled functions."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "account": "000000000000",
        "region": "local",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "detail": {},
        "time": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [],
    }


def invoke(
    handler: Callable[[dict[str, Any], Context], Any], event: dict[str, Any], timeout_s: float, telemetry: Telemetry
) -> bool:
    """Call a handler as Lambda would; say what it raised, and return whether it returned."""
    try:
        handler(event, Context(timeout_s))
    except TallyhookError as error:
        telemetry.event("invocation_failed", error=type(error).__name__, reason=str(error))
        return False
    except Exception as error:  # noqa: BLE001 - as Lambda does: it is the message's fate, not the thread's
        telemetry.alarm("invocation_crashed", error=type(error).__name__, traceback=traceback.format_exc())
        return False
    return True
