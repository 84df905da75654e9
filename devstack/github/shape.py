"""How the API shapes what the forge holds.

The fields are those of https://docs.github.com/en/rest/commits/commits, /commits/statuses, /commits/comments,
/repos/repos, /repos/webhooks and /orgs/webhooks; of those that nobody reads here, some are left out.
"""

from __future__ import annotations

import datetime as dt
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devstack.github.record import Author, Comment, Commit, Hook, Repository, Status

WEB = "https://github.com"


def account_id(login: str) -> int:
    """Return the id of an account, which follows from its login."""
    return zlib.crc32(login.lower().encode())


def stamp(ms: int) -> str:
    """Write an instant as GitHub does, to the second."""
    return dt.datetime.fromtimestamp(ms // 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise_stamp(ms: int) -> str:
    """Write an instant as GitHub does where it counts milliseconds."""
    return f"{stamp(ms).removesuffix('Z')}.{ms % 1000:03}Z"


def instant(date: str) -> dt.datetime:
    """Read a date of a commit; raises ValueError without an offset."""
    moment = dt.datetime.fromisoformat(date)
    if moment.tzinfo is None:
        raise ValueError(f"a commit's date needs an offset: {date}")
    return moment


def account(login: str, kind: str = "User") -> dict[str, Any]:
    """Shape an account."""
    return {
        "login": login,
        "id": account_id(login),
        "type": "Bot" if login.endswith("[bot]") else kind,
        "html_url": f"{WEB}/{login}",
        "site_admin": False,
    }


def repository(repo: Repository, base_url: str) -> dict[str, Any]:
    """Shape a repository."""
    return {
        "id": repo.id,
        "name": repo.full_name.partition("/")[2],
        "full_name": repo.full_name,
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "owner": account(repo.owner, "Organization"),
        "html_url": f"{WEB}/{repo.full_name}",
        "url": f"{base_url}/repos/{repo.full_name}",
        "default_branch": repo.default_branch,
        "fork": False,
        "archived": False,
        "disabled": False,
    }


def _person(author: Author, date: str) -> dict[str, str]:
    # The REST API has every date in UTC: the offset of the commit is lost here, and only here.
    utc = instant(date).astimezone(dt.UTC)
    return {"name": author.name, "email": author.email, "date": utc.strftime("%Y-%m-%dT%H:%M:%SZ")}


def commit(made: Commit, repo: Repository, base_url: str) -> dict[str, Any]:
    """Shape a commit without its files."""
    committer = made.committer or made.author
    api, web = f"{base_url}/repos/{repo.full_name}", f"{WEB}/{repo.full_name}/commit"
    return {
        "sha": made.sha,
        "url": f"{api}/commits/{made.sha}",
        "html_url": f"{web}/{made.sha}",
        "comments_url": f"{api}/commits/{made.sha}/comments",
        "commit": {
            "message": made.message,
            "author": _person(made.author, made.author_date),
            "committer": _person(committer, made.committer_date),
            "url": f"{api}/git/commits/{made.sha}",
            "comment_count": 0,
            "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
        },
        "author": account(made.author.login) if made.author.login else None,
        "committer": account(committer.login) if committer.login else None,
        "parents": [{"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{web}/{sha}"} for sha in made.parents],
    }


def status(set_: Status, repo: Repository, base_url: str) -> dict[str, Any]:
    """Shape a status."""
    return {
        "id": set_.id,
        "url": f"{base_url}/repos/{repo.full_name}/statuses/{set_.sha}",
        "state": set_.state,
        "description": set_.description,
        "target_url": set_.target_url,
        "context": set_.context,
        "creator": account(set_.creator),
        "created_at": stamp(set_.created_at),
        "updated_at": stamp(set_.created_at),
    }


def comment(written: Comment, repo: Repository, base_url: str) -> dict[str, Any]:
    """Shape a comment on a commit as a whole."""
    return {
        "id": written.id,
        "url": f"{base_url}/repos/{repo.full_name}/comments/{written.id}",
        "html_url": f"{WEB}/{repo.full_name}/commit/{written.sha}#commitcomment-{written.id}",
        "body": written.body,
        "path": None,
        "position": None,
        "line": None,
        "commit_id": written.sha,
        "user": account(written.author),
        "author_association": "MEMBER",
        "created_at": stamp(written.created_at),
        "updated_at": stamp(written.created_at),
    }


def hook(made: Hook, base_url: str) -> dict[str, Any]:
    """Shape a hook. Its secret is never told."""
    scope = "repos" if made.of_repository else "orgs"
    url = f"{base_url}/{scope}/{made.owner}/hooks/{made.id}"
    config = {"url": made.url, "content_type": made.content_type, "insecure_ssl": "0"}
    return {
        "type": "Repository" if made.of_repository else "Organization",
        "id": made.id,
        "name": "web",
        "active": made.active,
        "events": list(made.events),
        "config": config | ({"secret": "********"} if made.secret else {}),
        "created_at": stamp(made.created_at),
        "updated_at": stamp(made.created_at),
        "url": url,
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
    }
