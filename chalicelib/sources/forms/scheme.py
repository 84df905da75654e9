"""The ways in which a sender can vouch for a request, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TOLERANCE = 300
"""Seconds that a signed timestamp may lie before or after now: the five minutes that all who stamp recommend."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to vouch for a request. `carrier` is the header, or for `query` the parameter, that holds the proof.

    - `secret` and `query`: the secret itself.
    - `basic`: the secret as the password of HTTP Basic, under any user name (RFC 7617).
    - `body`: `prefix` and the HMAC-SHA256 of the body, in `encoding`.
    - `stamped`: `t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.BODY`; `SECONDS` must be within `tolerance`.
    - `standard`: `webhook-signature` of Standard Webhooks, with its two companions; within `tolerance`.
    - `jws`: a compact JWS (RFC 7515) by HS256 whose claims name the `issuer` and the body's SHA-256.
    """

    kind: Literal["secret", "query", "basic", "body", "stamped", "standard", "jws"]
    carrier: str
    prefix: str = ""
    encoding: Literal["hex", "base64"] = "hex"
    issuer: str = ""
    tolerance: int = TOLERANCE


SECRET = Scheme("secret", "X-Webhook-Secret")
BASIC = Scheme("basic", "Authorization")
TOKEN = Scheme("query", "token")
"""Addresses end up in logs and histories: only for senders that can set nothing but an address."""
