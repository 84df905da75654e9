"""The payload that GitHub sends for a push, from commits: pure, and with every field that the kind of event has.

The shape: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push. Left out are only the many
addresses of the API inside `repository` and `sender`.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cli.git.repository import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from cli.git.commit import Commit, Signature

MAX_COMMITS = 2048
"""GitHub's limit. Which ones it leaves out of a longer push it does not say; here the newest stay."""

_NOREPLY = re.compile(r"(?:[0-9]+\+)?([^@+]+)@users\.noreply\.github\.com", re.IGNORECASE)
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Place:
    """The repository on GitHub. `logins` are the addresses that belong to a GitHub account, with its login.

    `default_branch` is None where it is not known.
    """

    full_name: str
    default_branch: str | None = "main"
    web: str = "https://github.com"
    logins: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the address of the repository's page."""
        return f"{self.web}/{self.full_name}"


@dataclass(frozen=True, slots=True)
class Update:
    """A reference that moved, as `git push` reports it. `forced`: `before` is no ancestor of `after`.

    `base` is the branch that a new one was made of when the push brought no commit of its own.
    """

    branch: str
    before: str
    after: str
    forced: bool = False
    base: str | None = None

    @property
    def created(self) -> bool:
        """Tell whether the branch is new."""
        return self.before == NOTHING

    @property
    def deleted(self) -> bool:
        """Tell whether the branch is gone."""
        return self.after == NOTHING


def build(
    update: Update,
    commits: Sequence[Commit],
    *,
    place: Place,
    head: Commit | None,
    distinct: AbstractSet[str],
    pushed_at: int,
    pusher: Signature,
) -> dict[str, Any]:
    """Return the payload. `commits` are those that are new on the branch, oldest first, however many.

    `head` is the commit `after`, which is there even when `commits` is empty, and None for a deleted branch.
    `distinct` are the ids that no other branch had. `pushed_at` is in seconds.
    """
    kept = commits[-MAX_COMMITS:]
    return {
        "ref": f"refs/heads/{update.branch}",
        "before": update.before,
        "after": update.after,
        "repository": _repository(place, pushed_at),
        "pusher": {"name": login(pusher.email, place) or pusher.name, "email": pusher.email},
        "sender": _sender(pusher, place),
        "created": update.created,
        "deleted": update.deleted,
        "forced": update.forced,
        "base_ref": None if update.base is None else f"refs/heads/{update.base}",
        "compare": _compare(update, kept, place),
        "commits": [_commit(commit, place, distinct) for commit in kept],
        "head_commit": None if head is None else _commit(head, place, distinct),
    }


def login(email: str, place: Place) -> str | None:
    """Return the login that GitHub knows an address by: a noreply address holds it."""
    noreply = _NOREPLY.fullmatch(email)
    return place.logins.get(email.lower()) or (noreply[1] if noreply else None)


def _commit(commit: Commit, place: Place, distinct: AbstractSet[str]) -> dict[str, Any]:
    return {
        "id": commit.id,
        "tree_id": commit.tree,
        "distinct": commit.id in distinct,
        "message": commit.message,
        "timestamp": commit.committer.iso,  # the committer's, not the author's
        "url": f"{place.url}/commit/{commit.id}",
        "author": _person(commit.author, place),
        "committer": _person(commit.committer, place),
        "added": list(commit.added),
        "removed": list(commit.removed),
        "modified": list(commit.modified),
    }


def _person(signature: Signature, place: Place) -> dict[str, str | None]:
    person = {"name": signature.name, "email": signature.email or None}
    username = login(signature.email, place)
    return person | ({"username": username} if username else {})


def _compare(update: Update, commits: Sequence[Commit], place: Place) -> str:
    """Return the link in the mail: a range, one commit, or the branch where there is nothing to compare."""
    before, after = update.before[:_SHORT], update.after[:_SHORT]
    if not update.created:
        return f"{place.url}/compare/{before}...{after}"
    if not commits:
        return f"{place.url}/compare/{update.branch}"
    return f"{place.url}/" + (
        f"commit/{after}" if len(commits) == 1 else f"compare/{commits[0].id[:_SHORT]}^...{after}"
    )


def _repository(place: Place, pushed_at: int) -> dict[str, Any]:
    """In a push, and nowhere else, `created_at` and `pushed_at` are integers, and the owner has a `name`."""
    owner, _, name = place.full_name.partition("/")
    return {
        "id": _number(place.full_name),
        "name": name,
        "full_name": place.full_name,
        "private": True,
        "owner": {"name": owner, "email": None, "login": owner, "id": _number(owner), "type": "Organization"},
        "html_url": place.url,
        "description": None,
        "fork": False,
        "url": place.url,
        "created_at": 1_714_557_600,
        "pushed_at": pushed_at,
        "default_branch": place.default_branch,
        "master_branch": place.default_branch,
    }


def _sender(pusher: Signature, place: Place) -> dict[str, Any]:
    name = login(pusher.email, place) or pusher.name
    return {"login": name, "id": _number(name), "type": "Bot" if name.endswith("[bot]") else "User"}


def _number(name: str) -> int:
    return zlib.crc32(name.lower().encode())
