"""`GET /repos/{owner}/{repo}/commits/{ref}` (https://docs.github.com/en/rest/commits/commits#get-a-commit)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.github import change, shape
from devstack.github.page import numbered, per_page
from devstack.wire.message import Response, json_response

if TYPE_CHECKING:
    from devstack.github.call import Call
    from devstack.github.record import Repository

FILES_PER_PAGE = 300


def show(call: Call, repository: Repository) -> Response:
    """Get a commit. Its files come 300 a page, unless a smaller page is asked for, and 3000 in all."""
    found = call.commit(repository, call.words[0])
    changes = change.changes_of(found)[: change.MAX_FILES]
    shown, headers = numbered(call, changes, size=per_page(call.request, FILES_PER_PAGE))
    files = [change.shape(one, repository, found.sha) for one in shown]
    stats = {"stats": {"total": 0, "additions": 0, "deletions": 0}, "files": files}
    return json_response(200, shape.commit(found, repository, call.base_url) | stats, headers)
