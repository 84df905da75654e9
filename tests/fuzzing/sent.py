"""One request as a value: made by a strategy, kept as JSON in the corpus, sent through a door."""

import base64
import dataclasses
import hashlib
import hmac

CURRENT = "current-secret"
PREVIOUS = "previous-secret"
SECRETS = (CURRENT, PREVIOUS)
SIGNATURE = "X-Hub-Signature-256"
GITHUB = "/webhooks/github"
LONG = 200
"""A body with at most this many bytes is written out whole, not in pieces."""


def signature(body, secret=CURRENT):
    """Sign as GitHub does; written anew, so that it can tell on the code that verifies."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclasses.dataclass(frozen=True)
class Sent:
    """A request. `headers` are pairs, so that one can come twice.

    `fault` names the port that fails while it is served (`ledger`, `queue`, or None). `as_event` hands Lambda the
    event as API Gateway makes it, headers that came twice kept apart; otherwise it goes through the local gateway.
    """

    method: str = "POST"
    path: str = GITHUB
    query: str = ""
    headers: tuple = ()
    body: bytes = b""
    fault: str | None = None
    as_event: bool = False

    def values(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def authentic(self):
        """Whether exactly one signature came, and one of our secrets made it."""
        claimed = self.values(SIGNATURE)
        return len(claimed) == 1 and any(
            claimed[0].startswith("sha256=") and claimed[0][7:].lower() == signature(self.body, secret)[7:]
            for secret in SECRETS
        )

    def to_json(self):
        """Return what replays it. Long runs in the body are written as a unit and how often it comes."""
        record = {"method": self.method, "path": self.path, "headers": [list(pair) for pair in self.headers]}
        if self.body:
            record["body"] = _pieces(self.body)
        if self.query:
            record["query"] = self.query
        if self.fault:
            record["fault"] = self.fault
        return record | {"as_event": True} if self.as_event else record

    @classmethod
    def from_json(cls, record):
        """Read what `to_json` wrote, or a person: `sign` names a secret, with which it is signed last."""
        body = b"".join(_bytes(piece) for piece in record.get("body", ()))
        headers = [(name, value) for name, value in record.get("headers", ())]
        if "sign" in record:
            headers.append((SIGNATURE, signature(body, record["sign"])))
        return cls(
            method=record.get("method", "POST"),
            path=record.get("path", GITHUB),
            query=record.get("query", ""),
            headers=tuple(headers),
            body=body,
            fault=record.get("fault"),
            as_event=record.get("as_event", False),
        )


def _pieces(body):
    if not body:
        return []
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        return [{"base64": base64.b64encode(body).decode()}]
    for width in range(1, 40):
        unit = text[:width]
        if len(text) > LONG and unit * (len(text) // width) == text[: len(text) // width * width]:
            rest = text[len(text) // width * width :]
            return [{"text": unit, "times": len(text) // width}, *([{"text": rest}] if rest else [])]
    return [{"text": text}]


def _bytes(piece):
    if "base64" in piece:
        return base64.b64decode(piece["base64"])
    return piece["text"].encode() * piece.get("times", 1)
