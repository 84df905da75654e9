"""Who is at the page, without any state of ours: a signed cookie says it, and nothing is looked up."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.page.password import encoded, usable
from chalicelib.page.seal import seal, signing_secrets, unseal
from chalicelib.sources.forms.signature import sign
from chalicelib.sources.header import header_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.page.link import Link
    from chalicelib.sources.header import Headers

PASSWORD_DAYS = 30
"""How long a browser stays in by password. Changing the password ends it at once."""
DAY_MS = 86_400_000
MAX_COOKIES = 8
"""Cookies of our name that are looked at: a browser sends one for each path that it may know it by."""

_LINK, _PASSWORD = "link", "password"
_ID = re.compile(r"[A-Za-z0-9]{8,64}")


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens a form's page: its secrets, current first, and the team's password if there is one."""

    form: str
    secrets: tuple[str, ...]
    password: str | None = None

    @classmethod
    def of(cls, form: str, *, secrets: Sequence[str], password: str | None) -> Lock:
        """Return the lock; raise SourceClosed without a usable secret. A password that is too short opens nothing."""
        return cls(form, signing_secrets(secrets), usable(password))

    @property
    def cookie_name(self) -> str:
        """The name of the cookie: one for each form."""
        return f"tallyhook-{self.form}"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who was let in, until `expires_at` (ms). `person` is the e-mail in the link, empty without one.

    `cookie` is the cookie's value.
    """

    cookie: str
    person: str
    by_link: bool
    expires_at: int


def by_link(lock: Lock, link: Link, *, nonce: str) -> Session:
    """Let the holder of a link in for as long as it lasts. `nonce` never comes twice."""
    return _session(lock, (_LINK, link.person, str(link.expires_at), nonce, ""), lock.secrets[0])


def by_password(lock: Lock, *, nonce: str, now: int) -> Session:
    """Let somebody in who knew the password."""
    expires_at = now + PASSWORD_DAYS * DAY_MS
    return _session(lock, (_PASSWORD, "", str(expires_at), nonce, _mark(lock, lock.secrets[0])), lock.secrets[0])


def find_session(lock: Lock, headers: Headers, *, now: int) -> Session | None:
    """Return the session that the request's cookies prove; None without one that still holds."""
    pairs = [pair.partition("=") for value in header_values(headers, "Cookie") for pair in value.split(";")]
    ours = [value.strip() for name, _, value in pairs if name.strip() == lock.cookie_name]
    found = (_read(lock, cookie) for cookie in ours[:MAX_COOKIES])
    return next((session for session in found if session is not None and now < session.expires_at), None)


def new_id(session: Session, fresh: str, *, lock: Lock) -> str:
    """Return the idempotency id to be rendered into a page: `fresh` random digits that this session alone can send."""
    return seal((fresh,), purpose=_page(lock, session), secret=lock.secrets[0])


def read_id(session: Session, text: str, *, lock: Lock) -> str | None:
    """Return the digits in an id that this session was given; None for any other: no other page can know one."""
    fields = unseal(text, purpose=_page(lock, session), secrets=lock.secrets)
    return None if fields is None else fields[0]


def is_id(text: str) -> bool:
    """Tell whether a text has the form of the digits in an id."""
    return _ID.fullmatch(text) is not None


def _session(lock: Lock, fields: tuple[str, ...], secret: str) -> Session:
    way, person, expires_at = fields[:3]
    cookie = seal(fields, purpose=f"session {lock.form}", secret=secret)
    return Session(cookie, person, by_link=way == _LINK, expires_at=int(expires_at))


def _read(lock: Lock, cookie: str) -> Session | None:
    for secret in lock.secrets:
        fields = unseal(cookie, purpose=f"session {lock.form}", secrets=(secret,))
        if fields is None:
            continue
        way, person, expires_at, _, mark = fields
        if way == _LINK or (lock.password is not None and mark == _mark(lock, secret)):
            return Session(cookie, person, by_link=way == _LINK, expires_at=int(expires_at))
    return None


def _mark(lock: Lock, secret: str) -> str:
    """Return what changes with the password, and tells nothing of it to those without the secret."""
    return sign(b"tallyhook password\n" + encoded(lock.password or ""), encoded(secret)).hex()[:32]


def _page(lock: Lock, session: Session) -> str:
    return f"page {lock.form} {hashlib.sha256(session.cookie.encode()).hexdigest()}"
