"""Senders of forms: recorded payloads, signed the way their documentation says, without our own code."""

import base64
import dataclasses
import hashlib
import hmac
import json
from pathlib import Path

PAYLOADS = Path(__file__).parents[1] / "payloads" / "forms"
FORM = "application/x-www-form-urlencoded"
TYPES = {
    "make": FORM,
    "static-header": f"{FORM}; charset=ISO-8859-1",
    "jotform": "multipart/form-data; boundary=------------------------d74496d66958873e",
}
SECRET = "whsec_bGlnaHRob3VzZS1saWdodGhvdXNlLWxpZ2h0aG91c2U="  # one that serves as a secret of every kind


@dataclasses.dataclass(frozen=True)
class Sent:
    """A request as it arrives."""

    headers: dict
    body: bytes
    query: dict = dataclasses.field(default_factory=dict)

    def but(self, **changes):
        return dataclasses.replace(self, **changes)


def mac(key, *parts):
    return hmac.new(key.encode() if isinstance(key, str) else key, b"".join(parts), hashlib.sha256)


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jws(secret, claims, **header):
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"} | header, claims)]
    return ".".join([*parts, base64url(mac(secret, ".".join(parts).encode()).digest())])


def stamped(secret, body, seconds):
    return f"t={seconds},v1={mac(secret, f'{seconds}.'.encode(), body).hexdigest()}"


def proof(preset, body, secret, seconds):
    """Return the headers and the query that vouch for a body."""
    match preset:
        case "typeform":
            digest = base64.b64encode(mac(secret, body).digest()).decode()
            return {"Typeform-Signature": f"sha256={digest}"}, {}
        case "tally":
            return {"Tally-Signature": base64.b64encode(mac(secret, body).digest()).decode()}, {}
        case "formspree":
            return {"Formspree-Signature": stamped(secret, body, seconds)}, {}
        case "google-forms":
            return {"X-Tallyhook-Signature": stamped(secret, body, seconds)}, {}
        case "netlify":
            claims = {"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()}
            return {"X-Webhook-Signature": jws(secret, claims)}, {}
        case "standard-webhooks":
            key = base64.b64decode(secret.removeprefix("whsec_"))
            digest = base64.b64encode(mac(key, f"msg_2KWPBg.{seconds}.".encode(), body).digest()).decode()
            sent = {"webhook-id": "msg_2KWPBg", "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{digest}"}
            return sent, {}
        case "jotform":
            return {}, {"token": secret}
        case _:
            return {"X-Webhook-Secret": secret}, {}


def sent_by(preset, *, seconds, secret=SECRET, body=None, content=None):
    """Return the recorded request of a sender, or one with another body, vouched for with a secret."""
    kind = "txt" if preset in TYPES else "json"
    body = (PAYLOADS / f"{preset}.{kind}").read_bytes() if body is None else body
    headers, query = proof(preset, body, secret, seconds)
    return Sent({"Content-Type": content or TYPES.get(preset, "application/json")} | headers, body, query)
