"""What a secret has to be like, so that those who read it can use it; and fresh ones. No message quotes any of it."""

from __future__ import annotations

import base64
import re
import secrets
from enum import Enum
from urllib.parse import urlsplit

from chalicelib.domain.letter import LEAST_SECRET_BYTES
from chalicelib.domain.letter import PREFIX as STANDARD_PREFIX
from chalicelib.errors import UserError
from chalicelib.page.password import MIN_PASSWORD
from chalicelib.page.seal import MIN_SECRET
from chalicelib.sources.forms.signature import from_base64
from cli.secrets.parameters import MAX_BYTES

FRESH_BYTES = 32
SHORT = 16
"""Characters of a secret below which a word is said about it: whoever saw one signature can try secrets at leisure."""
_TOKEN = re.compile(r"[!-~]+")


class Kind(Enum):
    """What sort of secret a parameter holds."""

    PLAIN = "secrets that both sides know, separated by commas"
    STANDARD = "secrets of Standard Webhooks, separated by commas"
    PAGE = "secrets that sign links and sessions, separated by commas"
    TOKEN = "a token"  # noqa: S105 - words about one
    PASSWORD = "a password"  # noqa: S105 - likewise
    URL = "an address"

    @property
    def is_list(self) -> bool:
        """Whether there may be several, all valid at once."""
        return self in {Kind.PLAIN, Kind.STANDARD, Kind.PAGE}


def check(value: str, kind: Kind) -> tuple[str, ...]:
    """Return the secrets in a parameter's value, the only one of a kind that is no list; raise UserError."""
    if len(value.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UserError(f"it is longer than the {MAX_BYTES} bytes that SSM keeps")
    several = tuple(value.split(",")) if kind.is_list else (value,)
    for secret in several:
        _check_one(secret, kind)
    if len(set(several)) < len(several):
        raise UserError("one of the secrets is there twice")
    return several


def check_single(value: str, kind: Kind) -> str:
    """Return one secret for a list of them; raise UserError for one that cannot be."""
    if "," in value:
        raise UserError("it holds a comma, and commas separate secrets: take one without")
    return check(value, kind)[0]


def made_up(kind: Kind) -> str:
    """Return a fresh secret of 256 random bits; raise UserError for a kind that others make."""
    if not kind.is_list:
        raise UserError(f"{kind.value} cannot be made up here")
    if kind is Kind.STANDARD:
        return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(FRESH_BYTES)).decode("ascii")
    return secrets.token_hex(FRESH_BYTES)


def _check_one(secret: str, kind: Kind) -> None:
    if not secret:
        raise UserError("it is empty, or a secret in it is")
    if not secret.isprintable():
        raise UserError("it holds a line end, or another character that cannot be printed")
    if secret != secret.strip():
        raise UserError("it begins or ends with a blank, which readers would cut off")
    if "{{" in secret:
        raise UserError("it holds `{{`, which SSM does not keep")
    match kind:
        case Kind.TOKEN if not _TOKEN.fullmatch(secret):
            raise UserError("it is no token: those are ASCII without blanks")
        case Kind.PASSWORD if len(secret) < MIN_PASSWORD:
            raise UserError(f"it is too short: a password must have at least {MIN_PASSWORD} characters")
        case Kind.PAGE if len(secret) < MIN_SECRET:
            raise UserError(f"it is too short: what signs links must have at least {MIN_SECRET} characters")
        case Kind.STANDARD if len(from_base64(secret.removeprefix(STANDARD_PREFIX)) or b"") < LEAST_SECRET_BYTES:
            raise UserError(f"it is not `{STANDARD_PREFIX}` and at least {LEAST_SECRET_BYTES} bytes in base64")
        case Kind.URL if not _is_https(secret):
            raise UserError("it is no address of https")


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and _TOKEN.fullmatch(url) is not None
