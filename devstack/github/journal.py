"""The log of requests: every one that arrived, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devstack.wire.message import Response

if TYPE_CHECKING:
    from threading import RLock

    from devstack.github.credential import Credentials
    from devstack.github.fault import Fault
    from devstack.wire.message import Answer, Pairs, Request


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request and what was done to it.

    `status` is None when nobody was answered, `fault` None when nothing went wrong on request. Tokens are
    blotted out wherever they stand.
    """

    at: int
    method: str
    path: str
    query: Pairs
    headers: Pairs
    body: str
    status: int | None
    fault: str | None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Journal:
    """Keep arrivals, oldest first, for as long as the fake lives."""

    def __init__(self, credentials: Credentials, *, lock: RLock) -> None:
        self._credentials = credentials
        self._arrivals: list[Arrival] = []
        self._lock = lock

    def write(self, request: Request, answer: Answer, *, at: int, fault: Fault | None) -> None:
        """Note a request that arrived `at`, and its answer."""
        redact = self._credentials.redact
        arrival = Arrival(
            at,
            request.method,
            redact(request.path),
            tuple((redact(name), redact(value)) for name, value in request.query),
            tuple((name, redact(value)) for name, value in request.headers),
            redact(request.body.decode("utf-8", "replace")),
            answer.status if isinstance(answer, Response) else None,
            None if fault is None else fault.kind,
        )
        with self._lock:
            self._arrivals.append(arrival)

    def arrivals(self, method: str | None = None, path: str = "") -> list[Arrival]:
        """Return the arrivals, or those of one method and with a path that ends in `path`."""
        with self._lock:
            return [a for a in self._arrivals if method in {None, a.method} and a.path.endswith(path)]
