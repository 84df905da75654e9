"""`GET /readyz`: whether this instance can do its work, for whoever sends requests its way or watches over it."""

from __future__ import annotations

import json
import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

from chalicelib.errors import TallyhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from chalicelib.bootstrap import House

PATH = "/readyz"
FRESH_S = 1.0
"""So long an answer is given again: nobody can make work by asking."""
MIN_FREE_BYTES = 64 * 1024 * 1024


class Readiness:
    """A WSGI app that answers `/readyz` and hands all else on.

    Each probe looks at one thing and returns what is wrong with it, without names and secrets, or None.
    """

    def __init__(self, app: Any, probes: Sequence[Callable[[], str | None]]) -> None:
        self._app = app
        self._probes = probes
        self._turn = threading.Lock()
        self._reasons: list[str] = []
        self._looked: float | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        reasons = self._look()
        told = {"status": "not ready", "reasons": reasons} if reasons else {"status": "ready"}
        body = json.dumps(told).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("503 Service Unavailable" if reasons else "200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _look(self) -> list[str]:
        """Ask every probe, one caller at a time; whoever comes meanwhile gets what was found before."""
        if not self._turn.acquire(blocking=self._looked is None):
            return self._reasons
        try:
            if self._looked is None or time.monotonic() - self._looked > FRESH_S:
                self._reasons = [reason for probe in self._probes if (reason := probe()) is not None]
                self._looked = time.monotonic()
            return self._reasons
        finally:
            self._turn.release()


def store_answers(house: House, touch: Callable[[], None] | None = None) -> Callable[[], str | None]:
    """Return the probe that reads one item, and writes by `touch`: what can be read may lie on a disk that is full."""

    def probe() -> str | None:
        try:
            house.ports.throttle.state()
        except TallyhookError:
            return "the store does not answer"
        try:
            if touch is not None:
                touch()
        except TallyhookError:
            return "the store takes no writes"
        return None

    return probe


def disk_has_room(data: Path) -> Callable[[], str | None]:
    """Return the probe that looks at the disk under the data folder."""

    def probe() -> str | None:
        try:
            free = shutil.disk_usage(data).free
        except OSError:
            return "the data folder is gone"
        return None if free >= MIN_FREE_BYTES else "the disk is full"

    return probe
