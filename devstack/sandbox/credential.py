"""Tokens: whose they are, whether they still work, and that they are never written down."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devstack.wire.message import Request

REDACTED = "[token]"


class Credentials:
    """Know the account's tokens.

    A token travels in `X-NokoToken` or as `Authorization: Bearer` (https://developer.nokotime.com/v2/authentication/),
    and under the name that the header had before 2019, `X-FreckleToken`, with which older clients still come.
    Noko takes it from the query and from HTTP Basic too; the sandbox does not, because nobody should send it so.
    """

    def __init__(self, tokens: Iterable[tuple[str, int]], *, lock: RLock | None = None) -> None:
        self._users = dict(tokens)
        self._revoked: set[str] = set()
        self._lock = lock or RLock()

    def user_of(self, request: Request) -> int | None:
        """Return the id of the user whose valid token the request carries."""
        token = request.header("X-NokoToken") or request.header("X-FreckleToken")
        scheme, _, bearer = (request.header("Authorization") or "").partition(" ")
        if token is None and scheme.lower() == "bearer":
            token = bearer.strip()
        with self._lock:
            return None if token is None or token in self._revoked else self._users.get(token)

    def revoke(self, token: str | None = None) -> None:
        """Make a token, or all of them, stop working."""
        with self._lock:
            self._revoked |= set(self._users) if token is None else {token}

    def restore(self, token: str | None = None) -> None:
        """Make a revoked token, or all of them, work again."""
        with self._lock:
            self._revoked -= set(self._users) if token is None else {token}

    def redact(self, text: str) -> str:
        """Return the text without any token of the account, valid or revoked."""
        for token in sorted(self._users, key=len, reverse=True):
            text = text.replace(token, REDACTED)
        return text
