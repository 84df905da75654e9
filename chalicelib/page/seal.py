"""Short texts that only we can have written: signed with a form's secret, and readable by whoever holds them."""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING

from chalicelib.errors import SourceClosed
from chalicelib.page.password import encoded
from chalicelib.sources.forms.signature import from_base64url, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_SECRET = 32
"""Characters of a secret that signs: whoever holds a link or a cookie can try secrets on it at leisure."""
MAX_SEALED = 3500
"""Characters of a sealed text, within what browsers keep as a cookie (4,096). An address of 320 always fits."""


def signing_secrets(secrets: Sequence[str]) -> tuple[str, ...]:
    """Return the secrets that are long enough to sign with, current first; raise SourceClosed without any."""
    usable = tuple(secret for secret in secrets if len(secret) >= MIN_SECRET)
    if not usable:
        raise SourceClosed(f"this form has no secret of at least {MIN_SECRET} characters, so it lets nobody in")
    return usable


def seal(fields: Sequence[str], *, purpose: str, secret: str) -> str:
    """Return `fields` as a text of `A-Z a-z 0-9 - _ .` that `unseal` takes for the same `purpose` alone."""
    payload = _base64url(json.dumps(fields, separators=(",", ":")).encode())
    return f"{payload}.{_base64url(_mac(payload, purpose, secret))}"


def unseal(text: str, *, purpose: str, secrets: Sequence[str]) -> tuple[str, ...] | None:
    """Return what was sealed for `purpose` with one of `secrets`; None for anything else. All are always tried."""
    payload, _, claim = text.partition(".") if len(text) <= MAX_SEALED else ("", "", "")
    digest = from_base64url(claim) or b""
    matches = [hmac.compare_digest(digest, _mac(payload, purpose, secret)) for secret in secrets]
    fields = from_base64url(payload) if any(matches) else None
    return None if fields is None else tuple(json.loads(fields))


def _mac(payload: str, purpose: str, secret: str) -> bytes:
    # Neither a purpose nor base64 holds a line end, so no two pairs of them are signed alike.
    return sign(encoded(f"tallyhook {purpose}\n{payload}"), encoded(secret))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
