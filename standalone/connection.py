"""A connection of the server's, with bounds on what it may take: time and memory, of strangers too."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

if TYPE_CHECKING:
    from collections.abc import Iterable

NEW_S = 1.0
"""So long somebody who has just called may keep silent before we hang up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What strangers may take: nobody has signed anything yet.

    request_s: how long a request may take to arrive, from its first byte on, and an answer to be taken. GitHub
        waits for 10 seconds in all.
    head_s: how long of that its headers may take.
    held_bytes: what all bodies that are not answered yet may hold in memory together.
    small_bytes: what each may hold whatever the others do, so that a few large ones keep no push out.
    """

    request_s: float = 60.0
    head_s: float = 15.0
    held_bytes: int = 128 * 1024 * 1024
    small_bytes: int = 128 * 1024


class Connection(HTTPChannel):  # type: ignore[misc] # waitress is untyped
    """One connection. waitress's own limit on time is one between two bytes."""

    _began: float | None = None
    _flushing: float | None = None

    @property
    def held(self) -> int:
        """The bytes of bodies that wait here."""
        pending: Iterable[Any] = [*self.requests, *([self.request] if self.request is not None else ())]
        return sum(request.body_bytes_received for request in pending)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way, nor about to be."""
        silent = self.last_activity == self.creation_time
        if silent and time.time() - self.creation_time < NEW_S:
            return False
        return not self.requests and self.request is None and not self.total_outbufs_len

    def received(self, data: bytes) -> bool:
        """Take bytes in, unless they are too many."""
        if not self.server.admits(len(data)) and self.held + len(data) > self.server.limits.small_bytes:
            self.will_close = True
            return False
        before = self.request
        taken: bool = super().received(data)
        if self.request is not before:
            self._began = None if self.request is None else time.monotonic()
        return taken

    def close_if_late(self) -> None:
        """Give up whoever sends or reads too slowly."""
        now = time.monotonic()
        if self.total_outbufs_len and not self.requests:
            self._flushing = self._flushing or now
        else:
            self._flushing = None
        limits = self.server.limits
        limit = limits.request_s if self.request is None or self.request.headers_finished else limits.head_s
        since = [instant for instant in (self._began, self._flushing) if instant is not None]
        if since and now - min(since) > limit:
            self.will_close = True


class Listener(TcpWSGIServer):  # type: ignore[misc] # waitress is untyped
    """The server. `run` serves; its thread alone touches the connections."""

    channel_class = Connection
    _held = 0
    _arrived = 0

    def __init__(self, app: Any, *, limits: Limits, **adjustments: Any) -> None:
        self.limits = limits
        super().__init__(app, **adjustments)

    def admits(self, size: int) -> bool:
        """Tell whether `size` more bytes may be held; exact only when it gets tight."""
        self._arrived += size
        if self._held + self._arrived > self.limits.held_bytes:
            self._held, self._arrived = sum(each.held for each in self._connections()) + size, 0
        return self._held <= self.limits.held_bytes

    def maintenance(self, now: float) -> None:
        """Close what is idle or late; comes every few seconds."""
        super().maintenance(now)
        for connection in self._connections():
            connection.close_if_late()
        self._held, self._arrived = sum(each.held for each in self._connections()), 0

    def stop_listening(self) -> None:
        """Take no new connections, but those that the system has taken for us by now."""
        before = -1
        while len(self.active_channels) != before:
            before = len(self.active_channels)
            self.handle_accept()
        self.del_channel()
        self.accepting = False
        self.socket.close()

    def close_idle(self) -> bool:
        """Close connections on which nothing is under way; tell whether there are no others."""
        busy = [connection for connection in self._connections() if not connection.is_idle]
        for connection in self._connections():
            connection.will_close = connection.will_close or connection.is_idle
        return not busy

    def _connections(self) -> list[Connection]:
        return list(self.active_channels.values())
