"""Tokens: who they speak for, what they see and may do, whether they still work."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devstack.github.record import Repository
    from devstack.wire.message import Request

TOKEN = "github-fake-token"  # noqa: S105 - it opens nothing but the fake
REDACTED = "[token]"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the account `login`.

    `sees` holds the full names of repositories and the logins of organisations that it reaches; None is all of
    them. `may_write` allows statuses and comments, `may_administer` hooks and their deliveries.
    """

    value: str = field(repr=False)
    login: str = "tallyhook-bot"
    sees: frozenset[str] | None = None
    may_write: bool = True
    may_administer: bool = True

    def sees_repository(self, repository: Repository) -> bool:
        """Tell whether it may read a repository; everybody may read a public one."""
        return not repository.private or self.reaches(repository.full_name)

    def reaches(self, name: str) -> bool:
        """Tell whether a repository or an organisation was given to it."""
        return self.sees is None or name.lower() in {seen.lower() for seen in self.sees}


ANONYMOUS = Token("", login="", sees=frozenset(), may_write=False, may_administer=False)
"""What a request without any token may do."""


class Credentials:
    """Know the tokens.

    They travel as `Authorization: Bearer`, or `token` as before
    (https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api).
    """

    def __init__(self, tokens: Iterable[Token] = (Token(TOKEN),), *, lock: RLock | None = None) -> None:
        self._tokens = {token.value: token for token in tokens}
        self._revoked: set[str] = set()
        self._lock = lock or RLock()

    def caller(self, request: Request) -> Token | None:
        """Return whose request it is: ANONYMOUS without a token, None with one that does not work."""
        given = request.header("Authorization")
        if given is None:
            return ANONYMOUS
        scheme, _, value = given.partition(" ")
        with self._lock:
            if scheme.lower() not in {"bearer", "token"} or value.strip() in self._revoked:
                return None
            return self._tokens.get(value.strip())

    def add(self, token: Token) -> None:
        """Make a token known."""
        with self._lock:
            self._tokens[token.value] = token

    def revoke(self, value: str = TOKEN) -> None:
        """Make a token stop working."""
        with self._lock:
            self._revoked.add(value)

    def restore(self, value: str = TOKEN) -> None:
        """Make a revoked token work again."""
        with self._lock:
            self._revoked.discard(value)

    def redact(self, text: str) -> str:
        """Return the text without any token, valid or revoked."""
        with self._lock:
            known = sorted(self._tokens, key=len, reverse=True)
        for value in known:
            text = text.replace(value, REDACTED)
        return text
