"""Carrying letters to people's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.domain.letter import Envelope


class Messenger(Protocol):
    """Sends letters by HTTP. Never raises, never follows a redirect, and takes ten seconds at most."""

    def carry(self, url: str, envelope: Envelope) -> str | None:
        """Send one; return None if it was taken (2xx), else why not, without the address: it may be a secret."""
