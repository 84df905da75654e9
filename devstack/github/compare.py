"""`GET /repos/{owner}/{repo}/compare/{base}...{head}`.

Source: https://docs.github.com/en/rest/commits/commits#compare-two-commits
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devstack.github import change, graph, shape
from devstack.github.message import failure, not_found
from devstack.github.page import number, numbered, per_page
from devstack.wire.message import ApiError, Pairs, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devstack.github.call import Call
    from devstack.github.record import Commit, Repository

MAX_UNPAGED = 250
MAX_FILES = 300


def show(call: Call, repository: Repository) -> Response:
    """Compare two commits: what is reachable from `head` and not from `base`, oldest first.

    Asked for neither `page` nor `per_page`, the newest 250 are all there is. The files of the whole comparison,
    300 at most, stand on the first page only. What does not exist, or has no history in common, is a 404.
    """
    base_ref, dots, head_ref = call.words[0].partition("...")
    base, head = repository.resolve(base_ref), repository.resolve(head_ref)
    if not dots or base is None or head is None:
        raise not_found()
    meeting = graph.merge_base(repository.commits, base.sha, head.sha)
    if meeting is None:
        raise ApiError(failure(404, f"No common ancestor between {base_ref} and {head_ref}."))
    ahead = graph.between(repository.commits, base.sha, head.sha)
    behind = len(graph.between(repository.commits, head.sha, base.sha))
    shown, headers = _page(call, ahead)
    body: dict[str, Any] = {
        "url": f"{call.base_url}/repos/{repository.full_name}/compare/{base_ref}...{head_ref}",
        "html_url": f"{shape.WEB}/{repository.full_name}/compare/{base_ref}...{head_ref}",
        "base_commit": shape.commit(base, repository, call.base_url),
        "merge_base_commit": shape.commit(repository.commits[meeting], repository, call.base_url),
        "status": _status(len(ahead), behind),
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [shape.commit(commit, repository, call.base_url) for commit in shown],
    }
    if number(call.request, "page", 1) == 1:
        changes = change.changes_between(ahead)[:MAX_FILES]
        body["files"] = [change.shape(one, repository, head.sha) for one in changes]
    return json_response(200, body, headers)


def _page(call: Call, commits: Sequence[Commit]) -> tuple[Sequence[Commit], Pairs]:
    if call.request.parameter("page") is None and call.request.parameter("per_page") is None:
        return commits[-MAX_UNPAGED:], ()
    return numbered(call, commits, size=per_page(call.request))


def _status(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    if ahead or behind:
        return "ahead" if ahead else "behind"
    return "identical"
