"""A team's password."""

from __future__ import annotations

from chalicelib.sources.forms.signature import same_secret

MIN_PASSWORD = 12
"""Characters. The door remembers no guesses and cannot afford a slow hash, so that guessing itself must be hopeless."""


def usable(password: str | None) -> str | None:
    """Return a password that is long enough to be one; None for none, and for one that is not."""
    return password if password is not None and len(password) >= MIN_PASSWORD else None


def fits(claim: str, password: str | None) -> bool:
    """Tell whether this is the password; the time taken tells nothing. Nothing fits where there is none."""
    return password is not None and same_secret(encoded(claim), encoded(password))


def encoded(text: str) -> bytes:
    """Return the bytes of what the environment or a form holds, which may be lone surrogates."""
    return text.encode("utf-8", "surrogatepass")
