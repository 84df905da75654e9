"""The `Messenger` port over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import __version__
from chalicelib.exchange.message import Answer, Request

if TYPE_CHECKING:
    from chalicelib.domain.letter import Envelope
    from chalicelib.exchange.transport import Transport

TIMEOUT_MS = 10_000
USER_AGENT = f"Tallyhook/{__version__}"


class HttpMessenger:
    """Sends each letter over a connection of its own."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def carry(self, url: str, envelope: Envelope) -> str | None:
        """Post it."""
        headers = {**envelope.headers, "User-Agent": USER_AGENT, "Connection": "close"}
        result = self._transport.send(Request("POST", url, headers, envelope.body), lambda: None)
        if isinstance(result, Answer):
            return None if 200 <= result.status < 300 else f"answered {result.status}"
        return "no answer" if result.sent else "no connection"
