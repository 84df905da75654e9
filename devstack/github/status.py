"""Statuses of commits (https://docs.github.com/en/rest/commits/statuses)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import urlsplit

from devstack.github import shape
from devstack.github.message import invalid, read_body, read_text
from devstack.github.page import numbered, per_page
from devstack.github.record import State
from devstack.wire.message import Response, json_response

if TYPE_CHECKING:
    from devstack.github.call import Call
    from devstack.github.record import Repository

MAX_DESCRIPTION = 140
MAX_STATUSES = 1000
"""So many fit one commit and one context."""

_RESOURCE = "Status"


def create(call: Call, repository: Repository) -> Response:
    """Set a status."""
    call.must_write()
    commit = call.commit(repository, call.words[0])
    body = read_body(call.request.body)
    state = body.get("state")
    if state not in get_args(State):
        raise invalid(_RESOURCE, "state", "invalid" if "state" in body else "missing_field")
    target_url = read_text(body, "target_url", _RESOURCE)
    if target_url and urlsplit(target_url).scheme not in {"http", "https"}:
        raise invalid(_RESOURCE, "target_url", "custom", "target_url must use http(s) scheme")
    description = read_text(body, "description", _RESOURCE)
    if description and len(description) > MAX_DESCRIPTION:
        message = f"description is too long (maximum is {MAX_DESCRIPTION} characters)"
        raise invalid(_RESOURCE, "description", "custom", message)
    context = read_text(body, "context", _RESOURCE) or "default"
    earlier = call.forge.statuses(repository, commit.sha)
    if sum(status.context.lower() == context.lower() for status in earlier) >= MAX_STATUSES:
        message = "This SHA and context has reached the maximum number of statuses."
        raise invalid(_RESOURCE, "context", "custom", message)
    made = call.forge.set_status(
        repository,
        commit.sha,
        state=cast("State", state),
        target_url=target_url,
        description=description,
        context=context,
        creator=call.caller.login,
    )
    return json_response(201, shape.status(made, repository, call.base_url))


def index(call: Call, repository: Repository) -> Response:
    """List the statuses of a commit, newest first."""
    commit = call.commit(repository, call.words[0])
    newest_first = call.forge.statuses(repository, commit.sha)[::-1]
    shown, headers = numbered(call, newest_first, size=per_page(call.request))
    return json_response(200, [shape.status(one, repository, call.base_url) for one in shown], headers)
