"""Is this request from who it claims to be? HMAC-SHA256 over the raw bytes, as GitHub and others sign."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from chalicelib.errors import NotAuthentic, SourceClosed

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})")


def verify_hmac_sha256(raw: bytes, *, header: str | Sequence[str] | None, secrets: Sequence[str]) -> None:
    """Return if one of `secrets` signed `raw`, else raise NotAuthentic; raise SourceClosed without any secret.

    `header` is the signature header: `sha256=` and 64 hex digits, nothing before or after. A sequence holds
    the values of a header that may have been sent several times; only exactly one is believed. `secrets` are
    all valid at once (the current one and, during a rotation, the previous one), and all are always tried, so
    the time taken tells nothing about which one matched. An empty secret counts as none.

    Not promised: that the request is new. A recorded request stays authentic for as long as its secret.
    Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise SourceClosed("no secret is configured for this source, so nothing it sends can be believed")
    claimed = _claimed_digest(header)
    matches = [hmac.compare_digest(_digest(raw, secret), claimed) for secret in usable]
    if not any(matches):
        raise NotAuthentic("the signature does not fit the body")


def sign(raw: bytes, secret: str) -> str:
    """Return the signature header's value for `raw`, as GitHub would send it."""
    return f"sha256={_digest(raw, secret).hex()}"


def _claimed_digest(header: str | Sequence[str] | None) -> bytes:
    values = (header,) if isinstance(header, str) else tuple(header or ())
    if not values:
        raise NotAuthentic("the request is not signed")
    if len(values) > 1:
        raise NotAuthentic("the request is signed more than once")
    match = _SIGNATURE.fullmatch(values[0])
    if match is None:
        raise NotAuthentic("the signature is not 'sha256=' and 64 hex digits")
    return bytes.fromhex(match[1])


def _digest(raw: bytes, secret: str) -> bytes:
    # The environment hands over bytes that are no UTF-8 as lone surrogates: this gives the bytes back.
    return hmac.digest(secret.encode("utf-8", "surrogateescape"), raw, hashlib.sha256)
