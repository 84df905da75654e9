"""The arithmetic of signatures: strict to read, and compared in constant time as bytes. Nothing here raises."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEX = re.compile(r"[0-9a-fA-F]{64}")


def sign(message: bytes, key: bytes) -> bytes:
    """Return the HMAC-SHA256 of `message`, 32 bytes."""
    return hmac.digest(key, message, hashlib.sha256)


def same_secret(claim: bytes, secret: bytes) -> bool:
    """Tell whether two secrets are the same; the time taken tells nothing, not even of their lengths."""
    return hmac.compare_digest(hashlib.sha256(claim).digest(), hashlib.sha256(secret).digest())


def any_signed(message: bytes, *, claims: Sequence[bytes], keys: Iterable[bytes]) -> bool:
    """Tell whether one of `claims` is the signature of `message` by one of `keys`; all are always compared."""
    matches = [hmac.compare_digest(claim, sign(message, key)) for key in keys for claim in claims]
    return any(matches)


def digest_from_hex(text: str) -> bytes | None:
    """Return the 32 bytes that 64 ASCII hex digits of either case stand for; None for anything else."""
    return bytes.fromhex(text) if _HEX.fullmatch(text) else None


def from_base64(text: str) -> bytes | None:
    """Return what `text` is the one canonical base64 of, padding and all; None for anything else."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == text else None


def from_base64url(text: str) -> bytes | None:
    """Return what `text` is the one canonical base64url of, without padding (RFC 7515, 2); None for anything else."""
    if {"+", "/", "="} & set(text):
        return None
    standard = text.replace("-", "+").replace("_", "/")
    return from_base64(standard + "=" * (-len(standard) % 4))
