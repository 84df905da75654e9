"""Letters: what Tallyhook tells people by HTTP, and how they are signed and sent again.

Signed as Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md),
so that a receiver can verify them with a ready-made library. An incoming webhook of Slack's knows no signature: its
address is the secret (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
LEAST_SECRET_BYTES = 24
"""What Standard Webhooks asks of a secret."""
SLACK_HOST = "hooks.slack.com"
GIVE_UP_AFTER_MS = 3 * 86_400_000
_DELAYS_S = (5, 300, 900)
"""Between the first tries; after those as long as SQS lets a message wait."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be told to whom. `address` is a URL, or the name of a setting that holds one.

    `kind` is such as `tallyhook.digest`; `data` is JSON for programs, `text` the same for people.
    """

    id: str
    kind: str
    address: str
    at: int
    text: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter as it is sent. Headers hold no secret but its proof."""

    headers: Mapping[str, str]
    body: bytes


def delay_s(tries: int) -> int:
    """Return how long to wait after so many tries."""
    return _DELAYS_S[min(tries, len(_DELAYS_S)) - 1]


def is_slack(url: str) -> bool:
    """Tell whether a URL is an incoming webhook of Slack's."""
    return urlsplit(url).hostname == SLACK_HOST


def sealed(letter: Letter, url: str, *, secrets: Sequence[str], now: int) -> Envelope | None:
    """Return what is sent to `url`, at `now` (ms); None without a usable secret, where there has to be one.

    With two secrets each signs, so that a receiver may know the one or the other.
    """
    if is_slack(url):
        return Envelope({"Content-Type": "application/json"}, _json({"text": letter.text}))
    keys = [key for secret in secrets if (key := _key(secret)) is not None]
    if not keys:
        return None
    body = _json({"type": letter.kind, "timestamp": _iso(letter.at), "data": letter.data})
    second = str(now // 1000)
    signed = b".".join((letter.id.encode(), second.encode(), body))
    proofs = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": letter.id,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(f"v1,{proof}" for proof in proofs),
    }
    return Envelope(headers, body)


def to_text(letter: Letter, tries: int) -> str:
    """Return a letter and how often it was tried, for the ledger."""
    return json.dumps({**asdict(letter), "tries": tries}, ensure_ascii=False)


def from_text(text: str) -> tuple[Letter, int]:
    """Return what `to_text` was given."""
    record = json.loads(text)
    tries = int(record.pop("tries"))
    return Letter(**record), tries


def escaped(text: str) -> str:
    """Return a text that Slack shows as it is: these three are its control characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _key(secret: str) -> bytes | None:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) >= LEAST_SECRET_BYTES else None


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()


def _iso(instant: int) -> str:
    return dt.datetime.fromtimestamp(instant / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
