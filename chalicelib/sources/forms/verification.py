"""Is this submission from who it claims to be? Each sender's way is data; this is the one place that acts on it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.errors import NotAuthentic, SourceClosed
from chalicelib.sources.forms.jws import verified_claims
from chalicelib.sources.forms.signature import (
    any_signed,
    digest_from_hex,
    from_base64,
    same_secret,
)
from chalicelib.sources.header import header_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.sources.forms.preset import Preset
    from chalicelib.sources.forms.scheme import Scheme
    from chalicelib.sources.header import Headers

    Query = Mapping[str, str | Sequence[str]]

MAX_PROOF = 4096
"""Characters of a header that proves something; the longest honest one is a JWS of 250."""
MAX_SIGNATURES = 8
"""Signatures in one header: Standard Webhooks and others send one for each secret during a rotation."""

_SECONDS = re.compile(r"[0-9]{1,12}")
_MESSAGE_ID = re.compile(r"[!-\-/-~]{1,256}")  # printable ASCII, but for the full stop that joins what is signed
_STANDARD_SECRET = "whsec_"  # noqa: S105 - the prefix of one


@dataclass(frozen=True, slots=True)
class _Request:
    headers: Headers
    raw: bytes
    now: int


def verify(preset: Preset, headers: Headers, raw: bytes, *, query: Query, secrets: Sequence[str], now: int) -> None:
    """Return if one of `secrets` vouches for the request in a way that `preset` allows, else raise NotAuthentic.

    `secrets` are all valid at once (the current one and, during a rotation, the previous one); SourceClosed
    without any, for an empty one counts as none. `query` holds the address's parameters, one value or several
    each, and is looked at only for presets that allow it. `now` is in milliseconds since 1970.

    Of the preset's ways, the first whose header or parameter is there at all decides: there is no falling back
    to a weaker one. Whatever is wrong with a proof (twice, empty, huge, not ASCII, another algorithm), it is
    NotAuthentic, and no message repeats any of it. Not promised: that the request is new.
    """
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise SourceClosed("no secret is configured for this form, so nothing it sends can be believed")
    request = _Request(headers, raw, now)
    for scheme in preset.schemes:
        proofs = _proofs(scheme, headers, query)
        if proofs:
            _check(scheme, _only(proofs, scheme.carrier), request, usable)
            return
    raise NotAuthentic("the request carries neither a secret nor a signature that this form takes")


def _proofs(scheme: Scheme, headers: Headers, query: Query) -> tuple[str, ...]:
    if scheme.kind != "query":
        return header_values(headers, scheme.carrier)
    values = query.get(scheme.carrier, ())
    return (values,) if isinstance(values, str) else tuple(values)


def _only(values: tuple[str, ...], name: str) -> str:
    if len(values) != 1:
        raise NotAuthentic(f"exactly one {name} is needed")
    if len(values[0]) > MAX_PROOF:
        raise NotAuthentic(f"{name} is too long")
    return values[0]


def _check(scheme: Scheme, proof: str, request: _Request, secrets: Sequence[str]) -> None:
    keys = [_bytes(secret) for secret in secrets]
    match scheme.kind:
        case "secret" | "query":
            _check_secret(_bytes(proof), keys)
        case "basic":
            _check_secret(_password(proof), keys)
        case "body":
            claim = _digest(proof.removeprefix(scheme.prefix), scheme) if proof.startswith(scheme.prefix) else None
            _check_signed(request.raw, [claim], keys)
        case "stamped":
            _check_stamped(scheme, proof, request, keys)
        case "standard":
            _check_standard(scheme, proof, request, secrets)
        case "jws":
            _check_claims(scheme, verified_claims(proof, keys=keys), request.raw)


def _check_secret(claim: bytes, keys: Sequence[bytes]) -> None:
    matches = [same_secret(claim, key) for key in keys]
    if not any(matches):
        raise NotAuthentic("the secret is wrong")


def _password(proof: str) -> bytes:
    """Take the password out of HTTP Basic's credentials: https://www.rfc-editor.org/rfc/rfc7617."""
    way, _, credentials = proof.partition(" ")
    pair = from_base64(credentials.strip(" ")) if way.lower() == "basic" else None
    if pair is None or b":" not in pair:
        raise NotAuthentic("the credentials are not of HTTP Basic")
    return pair.partition(b":")[2]


def _check_stamped(scheme: Scheme, proof: str, request: _Request, keys: Sequence[bytes]) -> None:
    parts = [part.strip(" ").partition("=") for part in proof.split(",", MAX_SIGNATURES + 1)]
    stamps = [value for name, _, value in parts if name == "t"]
    stamp = stamps[0] if len(stamps) == 1 else ""
    claims = [_digest(value, scheme) for name, _, value in parts if name == "v1"]
    if not _SECONDS.fullmatch(stamp) or not claims or len(parts) > MAX_SIGNATURES:
        raise NotAuthentic("the signature is not 't=SECONDS,v1=HEX'")
    _check_signed(f"{stamp}.".encode() + request.raw, claims, keys)
    _check_fresh(scheme, stamp, request)


def _check_standard(scheme: Scheme, proof: str, request: _Request, secrets: Sequence[str]) -> None:
    keys = [key for secret in secrets if (key := from_base64(secret.removeprefix(_STANDARD_SECRET)))]
    if not keys:
        raise SourceClosed("this form's secret is not 'whsec_' and base64, so nothing it sends can be believed")
    message_id = _only(header_values(request.headers, "webhook-id"), "webhook-id")
    stamp = _only(header_values(request.headers, "webhook-timestamp"), "webhook-timestamp")
    parts = proof.split(" ", MAX_SIGNATURES)
    claims = [_digest(part[3:], scheme) for part in parts if part.startswith("v1,")]
    if not _MESSAGE_ID.fullmatch(message_id) or not _SECONDS.fullmatch(stamp) or len(parts) > MAX_SIGNATURES:
        raise NotAuthentic("the signature is not one of Standard Webhooks")
    _check_signed(f"{message_id}.{stamp}.".encode() + request.raw, claims, keys)
    _check_fresh(scheme, stamp, request)


def _check_claims(scheme: Scheme, claims: Mapping[str, object], raw: bytes) -> None:
    claimed, digest = claims.get("sha256"), hashlib.sha256(raw).hexdigest()
    fits = isinstance(claimed, str) and hmac.compare_digest(_bytes(claimed), digest.encode())
    if not fits or claims.get("iss") != scheme.issuer:
        raise NotAuthentic("the signature does not fit the body or the sender")


def _check_signed(message: bytes, claims: Sequence[bytes | None], keys: Sequence[bytes]) -> None:
    readable = [claim for claim in claims if claim is not None]
    if not readable or len(readable) < len(claims):
        raise NotAuthentic("the signature is malformed")
    if not any_signed(message, claims=readable, keys=keys):
        raise NotAuthentic("the signature does not fit the body")


def _check_fresh(scheme: Scheme, stamp: str, request: _Request) -> None:
    if abs(request.now - int(stamp) * 1000) > scheme.tolerance * 1000:
        raise NotAuthentic(f"the request was signed more than {scheme.tolerance} seconds before or after now")


def _digest(text: str, scheme: Scheme) -> bytes | None:
    return digest_from_hex(text) if scheme.encoding == "hex" else from_base64(text)


def _bytes(text: str) -> bytes:
    # What is not UTF-8 in the environment arrives as lone surrogates, and what a header holds may be anything.
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
