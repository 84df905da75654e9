"""GitHub's push hook without any I/O: headers and raw bytes in, a delivery out.

Two steps, in this order: `verify` before anything else is done, then `delivery`. What GitHub sends:
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.entry import Draft, Note
from chalicelib.errors import UnsupportedContent
from chalicelib.sources.delivery import Delivery, delivery_key
from chalicelib.sources.form_body import parse_field
from chalicelib.sources.github_commit import read_commit
from chalicelib.sources.github_payload import MAX_COMMITS, Push, read_push
from chalicelib.sources.header import header_values, media_type, required_header
from chalicelib.sources.json_body import parse_object
from chalicelib.sources.verify import verify_hmac_sha256

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from chalicelib.domain.directive import Rules
    from chalicelib.sources.header import Headers

SOURCE = "github"

_BRANCH = "refs/heads/"
_MERGE_QUEUE = "gh-readonly-queue/"
_LATEST = 253_402_300_800
"""The year 10,000, in seconds: `pushed_at` is an integer in pushes, and a date in some other events."""


def verify(headers: Headers, raw: bytes, *, secrets: Sequence[str]) -> None:
    """Return if GitHub signed `raw` with one of `secrets`; raise NotAuthentic, or SourceClosed without any.

    Only `X-Hub-Signature-256` counts; the legacy SHA-1 header does not.
    """
    verify_hmac_sha256(raw, header=header_values(headers, "X-Hub-Signature-256"), secrets=secrets)


def delivery(headers: Headers, raw: bytes, *, rules_for: Callable[[str], Rules], today: dt.date) -> Delivery:
    """Read an authentic request into a delivery.

    `rules_for` gives the rules of directives for a repository (`owner/name`). `today` is the latest date that
    is not in the future: today's at UTC+14. Raise UnsupportedContent for a content type or encoding that
    GitHub does not use, and MalformedRequest for a body that is not what GitHub sends.

    Linear in the length of `raw`. Not promised: that the request is authentic (see `verify`), or that the
    commits' authors are who they say.
    """
    body = parse_object(_json(headers, raw))
    event = required_header(headers, "X-GitHub-Event", code="no_event")
    delivery_id = required_header(headers, "X-GitHub-Delivery", code="no_delivery_id")
    key = delivery_key(SOURCE, delivery_id, raw)
    if event != "push":
        return Delivery(source=SOURCE, key=key, event=event, unused=_why_not_a_push(event))
    push = read_push(body)
    repository = push.repository.full_name
    unused = _why_unused(push)
    if unused is not None:
        return Delivery(source=SOURCE, key=key, event=event, repository=repository, unused=unused)
    return _read_commits(push, key=key, rules=rules_for(repository), today=today)


def _json(headers: Headers, raw: bytes) -> bytes:
    """Take the JSON out of the body, which GitHub sends as it is or as the field `payload` of a form."""
    kind = media_type(headers)
    if kind is None:
        # No JSON starts like this, and a form of GitHub's has this one field.
        kind = "application/x-www-form-urlencoded" if raw.startswith(b"payload=") else "application/json"
    if kind == "application/json":
        return raw
    if kind == "application/x-www-form-urlencoded":
        return parse_field(raw, b"payload")
    raise UnsupportedContent("GitHub sends application/json or application/x-www-form-urlencoded")


def _why_not_a_push(event: str) -> str:
    return "ping: the hook is set up" if event == "ping" else "only push events are used"


def _why_unused(push: Push) -> str | None:
    if not push.ref.startswith(_BRANCH):
        return "not a branch: only pushes to branches are used"
    if push.deleted or (push.after and not push.after.strip("0")):
        return "the branch was deleted"
    if push.ref.startswith(_BRANCH + _MERGE_QUEUE):
        return "a merge queue's branch: its commits come again when they are merged"
    if not push.commits:
        return "the push brings no commits"
    return None


def _read_commits(push: Push, *, key: str, rules: Rules, today: dt.date) -> Delivery:
    repository, branch = push.repository.full_name, push.ref.removeprefix(_BRANCH)
    readings: dict[str, Draft | Note | None] = {}
    for commit in push.commits:
        if commit.id not in readings:
            readings[commit.id] = read_commit(commit, repository=repository, branch=branch, rules=rules, today=today)
    return Delivery(
        source=SOURCE,
        key=key,
        event="push",
        drafts=tuple(reading for reading in readings.values() if isinstance(reading, Draft)),
        notes=tuple(reading for reading in readings.values() if isinstance(reading, Note)),
        silent=tuple(sha for sha, reading in readings.items() if reading is None),
        repository=repository,
        branch=branch,
        incomplete=len(push.commits) == MAX_COMMITS,
        arrival=_arrival(push, branch),
    )


def _arrival(push: Push, branch: str) -> Arrival:
    second, default = push.repository.pushed_at, push.repository.default_branch
    return Arrival(
        branch=branch,
        head=push.after or push.commits[-1].id,
        forced=push.forced is True,
        created=push.created is True,
        at=second * 1000 if type(second) is int and 0 < second < _LATEST else None,
        default_branch=default if isinstance(default, str) else None,
    )
