"""The payload of one push to a real repository: what git knows, told as GitHub tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.git.payload import Place, Update, build
from cli.git.repository import NOTHING, commits, distinct, is_ancestor, present, these

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cli.git.commit import Signature


def push_payload(
    repo: Path,
    *,
    full_name: str,
    branch: str,
    before: str,
    after: str,
    default_branch: str,
    pushed_at: int,
    known: Mapping[str, str] | None = None,
    pusher: Signature | None = None,
    logins: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what GitHub sends when `branch` goes from `before` to `after`, both in full; `NOTHING` is none.

    `known` are the commits at which GitHub's branches stood just before, by name. The commits of a new branch
    are those that none of them has; those of another one all that `before` has not: after a rebase also other
    people's, with `distinct` false. `pushed_at` is in seconds; without `pusher` the committer of `after` is it.
    Raises GitFailed when git does not have `after`. Takes seven calls to git, however many the commits.
    """
    place = Place(full_name, default_branch, logins=dict(logins or {}))
    known = dict(known or {})
    known.pop(branch, None)
    if after == NOTHING:
        update = Update(branch, before, after)
        author = pusher or these(repo, [before])[0].committer
        return build(update, (), place=place, head=None, distinct=set(), pushed_at=pushed_at, pusher=author)
    head = these(repo, [after])[0]
    created = before == NOTHING
    kept = created or is_ancestor(repo, before, after)
    new = commits(repo, [after], without=present(repo, known.values() if created else [before]))
    base = next((name for name, sha in known.items() if sha == after), None) if created and not new else None
    return build(
        Update(branch, before, after, forced=not kept, base=base),
        new,
        place=place,
        head=head,
        distinct=distinct(repo, after, known=present(repo, known.values())),
        pushed_at=pushed_at,
        pusher=pusher or head.committer,
    )
