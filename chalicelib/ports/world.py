"""The rest of the world: time, chance, secrets, and those who watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from chalicelib.noko.protocol import Token

Field = str | int | None
"""What a line of telemetry holds under a name; None is left out."""


class Clock(Protocol):
    """Time. Not promised to be right: see `ClockSkewed`."""

    def now(self) -> int:
        """Return the instant."""

    def sleep_until(self, instant: int) -> None:
        """Return at `instant` or a little later."""


class Tokens(Protocol):
    """Words that never come twice."""

    def fresh(self) -> str:
        """Return one of at least 96 random bits."""


class Secrets(Protocol):
    """Read-only secrets, cached. A rotated secret is seen within the cache's life."""

    def github_webhook(self) -> Sequence[str]:
        """Return the webhook secrets, current first; empty when none is configured."""

    def github_token(self) -> str | None:
        """Return the token for GitHub's API; None when none is configured."""

    def form(self, name: str) -> Sequence[str]:
        """Return the secrets of a form, current first; empty when none is configured."""

    def form_password(self, name: str) -> str | None:
        """Return the team's password for a form of our own; None when none is configured."""

    def notify(self) -> Sequence[str]:
        """Return the secrets that letters are signed with, current first; empty when none is configured."""

    def address(self, address: str) -> str:
        """Return a URL as it is, and of a name the URL it stands for; raises ConfigurationError if it has none."""

    def noko_token(self) -> Token:
        """Return the token; raises ConfigurationError when there is none."""

    def forget_noko_token(self) -> None:
        """Drop the cached token, because Noko refused it."""


class Telemetry(Protocol):
    """What operators see. Never given message texts, names, addresses, tokens or bodies, but for one field.

    That is `detail`, which may quote what others wrote: it is shown to a person at a terminal, and kept nowhere.
    """

    def event(self, name: str, **fields: Field) -> None:
        """Record that something happened."""

    def alarm(self, name: str, **fields: Field) -> None:
        """Record that somebody should look."""

    def about(self, **fields: Field) -> AbstractContextManager[None]:
        """Add `fields` to all that this thread records until the context is left."""
