"""What goes to a hook's URL: headers and body of one delivery, signed. Pure.

Sources: https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers and
https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devstack.github.record import Hook

MAX_PAYLOAD = 25 * 1024 * 1024
"""A larger payload is never sent (https://docs.github.com/en/webhooks/webhook-events-and-payloads)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request to a hook's URL."""

    headers: Mapping[str, str]
    body: bytes


def seal(hook: Hook, *, event: str, guid: str, payload: str, target_id: int) -> Envelope:
    """Put a payload into the form that the hook asks for, and sign exactly those bytes."""
    body = payload.encode()
    media_type = "application/json"
    if hook.content_type == "form":
        body, media_type = urlencode({"payload": payload}).encode(), "application/x-www-form-urlencoded"
    headers = {
        "Accept": "*/*",
        "Content-Type": media_type,
        "User-Agent": "GitHub-Hookshot/0fa4e0d",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(hook.id),
        "X-GitHub-Hook-Installation-Target-ID": str(target_id),
        "X-GitHub-Hook-Installation-Target-Type": "repository" if hook.of_repository else "organization",
    }
    if hook.secret:
        headers["X-Hub-Signature"] = f"sha1={_digest(hook.secret, body, 'sha1')}"
        headers["X-Hub-Signature-256"] = f"sha256={_digest(hook.secret, body, 'sha256')}"
    return Envelope(headers, body)


def _digest(secret: str, body: bytes, algorithm: str) -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()
