"""Comments on commits (https://docs.github.com/en/rest/commits/comments)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.github import shape
from devstack.github.message import invalid, read_body, read_text
from devstack.github.page import numbered, per_page
from devstack.wire.message import Response, json_response

if TYPE_CHECKING:
    from devstack.github.call import Call
    from devstack.github.record import Repository

MAX_BODY = 65_536

_RESOURCE = "CommitComment"


def create(call: Call, repository: Repository) -> Response:
    """Write a comment on a commit as a whole."""
    call.must_write()
    commit = call.commit(repository, call.words[0])
    text = read_text(read_body(call.request.body), "body", _RESOURCE)
    if not text:
        raise invalid(_RESOURCE, "body", "missing_field")
    if len(text) > MAX_BODY:
        raise invalid(_RESOURCE, "body", "custom", f"body is too long (maximum is {MAX_BODY} characters)")
    made = call.forge.comment(repository, commit.sha, body=text, author=call.caller.login)
    shaped = shape.comment(made, repository, call.base_url)
    return json_response(201, shaped, [("Location", shaped["url"])])


def index(call: Call, repository: Repository) -> Response:
    """List the comments on a commit, oldest first."""
    commit = call.commit(repository, call.words[0])
    shown, headers = numbered(call, call.forge.comments(repository, commit.sha), size=per_page(call.request))
    return json_response(200, [shape.comment(one, repository, call.base_url) for one in shown], headers)
