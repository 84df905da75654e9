"""A push that could not be delivered, put together again in the shape of GitHub's payload.

Shape: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from chalicelib.github.models import Lenient
from chalicelib.sources.github_payload import MAX_COMMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.commit_facts import CommitFacts
    from chalicelib.domain.entry import Author

BRANCH = "refs/heads/"


class _Repository(Lenient):
    full_name: str
    default_branch: str | None = None


class LostPush(Lenient):
    """What GitHub shows of a push that failed: enough to ask for its commits, and perhaps the commits themselves."""

    ref: str
    before: str
    after: str
    repository: _Repository
    commits: list[dict[str, Any]] | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether all of its commits are there: GitHub leaves out what a push has beyond 2,048."""
        commits = self.commits or ()
        return len(commits) < MAX_COMMITS and any(each.get("id") == self.after for each in commits)

    @property
    def base(self) -> str | None:
        """From where on its commits are to be compared; None where GitHub offers nothing to compare with.

        A new branch begins nowhere: then its commits are those that the default branch has not.
        """
        if self.before.strip("0"):
            return self.before
        default = self.repository.default_branch
        return None if default is None or self.ref == BRANCH + default else default


def lost_push(payload: Mapping[str, Any] | None) -> LostPush | None:
    """Read what GitHub shows of a push; None where that is not enough."""
    try:
        return None if payload is None else LostPush.model_validate(payload)
    except ValidationError:
        return None


def payload(shown: Mapping[str, Any], commits: Iterable[CommitFacts], *, timezone: str) -> dict[str, Any]:
    """Return what GitHub shows of a push with these commits in it.

    GitHub's API gives instants in UTC, so that the offset of a commit's own clock is lost: its timestamp is written
    in `timezone`, and the date of the work is that of the calendar there.
    """
    zone = ZoneInfo(timezone)
    return with_commits(shown, [_commit(commit, zone) for commit in commits])


def with_commits(shown: Mapping[str, Any], commits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what GitHub shows of a push with these commits instead of its own."""
    kept = {name: value for name, value in shown.items() if name not in {"commits", "head_commit"}}
    return {**kept, "commits": list(commits)}


def _commit(commit: CommitFacts, zone: ZoneInfo) -> dict[str, Any]:
    moment = dt.datetime.fromtimestamp(commit.committed_at / 1000, zone)
    return {
        "id": commit.sha,
        "message": commit.message,
        "timestamp": moment.isoformat(timespec="seconds"),
        "url": commit.url,
        "author": _person(commit.author),
        "committer": _person(commit.committer),
        "added": list(commit.added),
        "removed": list(commit.removed),
        "modified": list(commit.modified),
    }


def _person(author: Author) -> dict[str, str | None]:
    return {"name": author.name, "email": author.email, "username": author.login}
