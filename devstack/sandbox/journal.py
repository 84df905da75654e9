"""The log of requests: every one that arrived, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING

from devstack.sandbox.credential import REDACTED, Credentials
from devstack.wire.message import Answer, Request, Response

if TYPE_CHECKING:
    from devstack.sandbox.fault import Kind


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request and what was done to it.

    `status` is None when nobody was answered, `fault` None when nothing went wrong on request. Header values
    are not kept, and tokens are blotted out wherever they stand.
    """

    at: int
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]
    body: str
    status: int | None
    fault: str | None
    delay_ms: int


class Journal:
    """Keep arrivals, oldest first, for as long as the sandbox lives."""

    def __init__(self, credentials: Credentials, *, lock: RLock | None = None) -> None:
        self._credentials = credentials
        self._arrivals: list[Arrival] = []
        self._lock = lock or RLock()

    def write(self, request: Request, answer: Answer, *, at: int, fault: Kind | None) -> None:
        """Note a request that arrived `at`, and its answer."""
        redact = self._credentials.redact
        query = tuple(
            (redact(name), REDACTED if "token" in name.lower() else redact(value)) for name, value in request.query
        )
        arrival = Arrival(
            at,
            request.method,
            redact(request.path),
            query,
            tuple(name for name, _ in request.headers),
            redact(request.body.decode("utf-8", "replace")),
            answer.status if isinstance(answer, Response) else None,
            fault,
            answer.delay_ms,
        )
        with self._lock:
            self._arrivals.append(arrival)

    def arrivals(self, method: str | None = None, path: str = "") -> list[Arrival]:
        """Return the arrivals, or those of one method and with a path that ends in `path`."""
        with self._lock:
            return [a for a in self._arrivals if method in {None, a.method} and a.path.endswith(path)]
