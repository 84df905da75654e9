"""One kind of JSON Web Signature, the compact one by HS256, read strictly: https://www.rfc-editor.org/rfc/rfc7515."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib.errors import NotAuthentic
from chalicelib.sources.forms.signature import any_signed, from_base64url

if TYPE_CHECKING:
    from collections.abc import Sequence


def verified_claims(token: str, *, keys: Sequence[bytes]) -> dict[str, Any]:
    """Return the claims of a token that one of `keys` signed; raise NotAuthentic for anything else.

    The header's `alg` must be exactly HS256, whatever else it offers, and nothing may be marked as critical
    (`crit`), for we understand no extensions. Whether the token has expired is not looked at.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise NotAuthentic("the signature is not a JWS of three parts")
    header, claims, signature = (from_base64url(part) for part in parts)
    if header is None or claims is None or signature is None:
        raise NotAuthentic("the signature's parts are not base64url")
    offered = _object(header)
    if offered.get("alg") != "HS256" or "crit" in offered:
        raise NotAuthentic("the signature is not made by HS256")
    if not any_signed(f"{parts[0]}.{parts[1]}".encode(), claims=[signature], keys=keys):
        raise NotAuthentic("the signature does not fit its claims")
    return _object(claims)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise NotAuthentic("a part of the signature is not a JSON object")
    return value
