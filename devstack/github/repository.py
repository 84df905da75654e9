"""`GET /repos/{owner}/{repo}` (https://docs.github.com/en/rest/repos/repos#get-a-repository)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.github import shape
from devstack.wire.message import Response, json_response

if TYPE_CHECKING:
    from devstack.github.call import Call
    from devstack.github.record import Repository


def show(call: Call, repository: Repository) -> Response:
    """Get a repository, and what the caller may do in it."""
    reached = call.caller.reaches(repository.full_name)
    permissions = {
        "admin": reached and call.caller.may_administer,
        "push": reached and call.caller.may_write,
        "pull": True,
    }
    return json_response(200, shape.repository(repository, call.base_url) | {"permissions": permissions})
