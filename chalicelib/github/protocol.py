"""GitHub's API without any I/O: build requests, read answers. "What did the server mean?" is one function each.

Sources: https://docs.github.com/en/rest/using-the-rest-api/ ("Getting started", "Rate limits", "Best practices").
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from chalicelib.errors import AuthenticationError, GitHubError, GitHubUnavailable
from chalicelib.exchange.message import USER_AGENT, Answer, Failure, Request, Result
from chalicelib.noko.protocol import elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_BASE_URL = "https://api.github.com"
API_VERSION = "2022-11-28"
PER_PAGE = 100
MAX_REDIRECTS = 3
RESERVE = 10
"""Of each hour's allowance one part in so many is left to whoever else uses the token."""
SECONDARY_REST_MS = 60_000
"""How long to rest when GitHub is out of patience and does not say for how long."""
LONGEST_REST_MS = 3_900_000
"""No rest is longer: the allowance is given anew each hour."""

_REDIRECT = frozenset({301, 302, 307, 308})
_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_SHA = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_SPEAKS_OF_LIMIT = re.compile(rb"rate limit|abuse detection", re.IGNORECASE)


def headers(token: str) -> dict[str, str]:
    """Return the headers of every request; one without a `User-Agent` would be rejected."""
    return {
        "User-Agent": USER_AGENT,
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": API_VERSION,
        "Connection": "close",
        "Authorization": f"Bearer {token}",
    }


def get(base_url: str, path: str, token: str, query: Mapping[str, str | int] | None = None) -> Request:
    """Build a reading request; `path` starts with a slash."""
    pairs = urlencode(query or {})
    return Request("GET", f"{base_url}{path}" + (f"?{pairs}" if pairs else ""), headers(token))


def post(base_url: str, path: str, token: str, body: Mapping[str, Any] | None = None) -> Request:
    """Build a writing request."""
    sent = {**headers(token), "Content-Type": "application/json"}
    return Request("POST", f"{base_url}{path}", sent, json.dumps(body or {}).encode())


def place_path(place: str) -> str:
    """Return the path of a repository (`owner/name`) or an organisation; GitHubError for what can be neither."""
    names = place.split("/")
    if len(names) > 2 or not all(_NAME.fullmatch(name) for name in names):
        raise GitHubError(404, "there is no repository or organisation of such a name")
    return f"/repos/{place}" if len(names) == 2 else f"/orgs/{place}"


def commit_path(repository: str, sha: str) -> str:
    """Return the path of a commit; GitHubError for what can be none."""
    if "/" not in repository or _SHA.fullmatch(sha) is None:
        raise GitHubError(404, "there is no such commit")
    return f"{place_path(repository)}/commits/{sha}"


def compare_path(repository: str, base: str, head: str) -> str:
    """Return the path of a comparison of two commits or branches."""
    return f"{place_path(repository)}/compare/{quote(base, safe='')}...{quote(head, safe='')}"


def redirected(request: Request, result: Result) -> Request | None:
    """Repeat the request verbatim where a redirect points; None for no redirect, or one to another origin."""
    if not isinstance(result, Answer) or result.status not in _REDIRECT:
        return None
    location = result.headers.get("location")
    return elsewhere(request, location, allowed_hosts=()) if location else None


def limited_until(answer: Answer, *, now: int) -> int | None:
    """Return until when GitHub wants not to be asked because of this answer; None when it was no rate limit."""
    if answer.status not in {403, 429}:
        return None
    wait = _number(answer, "retry-after")
    if wait is not None:
        return now + _bounded(wait * 1000)
    if _number(answer, "x-ratelimit-remaining") == 0:
        return _reset(answer, now=now)
    if answer.status == 429 or _SPEAKS_OF_LIMIT.search(answer.body[:10_000]):
        return now + SECONDARY_REST_MS
    return None


def reserved_until(answer: Answer, *, now: int) -> int | None:
    """Return until when to stop asking so that a reserve is left; None while there is more than that."""
    limit, remaining = _number(answer, "x-ratelimit-limit"), _number(answer, "x-ratelimit-remaining")
    if limit is None or remaining is None or remaining > limit // RESERVE:
        return None
    return _reset(answer, now=now)


def _reset(answer: Answer, *, now: int) -> int:
    reset = _number(answer, "x-ratelimit-reset")
    return now + (SECONDARY_REST_MS if reset is None else _bounded(reset * 1000 - now))


def _bounded(rest_ms: int) -> int:
    return max(1000, min(rest_ms, LONGEST_REST_MS))


def _number(answer: Answer, name: str) -> int | None:
    text = answer.headers.get(name, "").strip()
    return int(text) if _NUMBER.fullmatch(text) else None


def read(result: Result, *, expected: Sequence[int] = (200,)) -> Any:
    """Return the JSON of an answer, None of an empty one.

    Raises GitHubUnavailable when it is worth asking again, AuthenticationError for a 401, GitHubError otherwise.
    Rate limits are not told apart here.
    """
    if isinstance(result, Failure):
        raise GitHubUnavailable(f"GitHub did not answer: {result.reason}")
    if result.status == 401:
        raise AuthenticationError("GitHub does not accept the token (401)")
    if result.status == 429 or result.status >= 500:
        raise GitHubUnavailable(f"GitHub answered {result.status}")
    if result.status in _REDIRECT:
        raise GitHubError(result.status, "redirected too often, or to a place that the token must not go to")
    if result.status not in expected:
        raise GitHubError(result.status, _sentence(result))
    if result.complete and not result.body.strip():
        return None
    data = _json(result)
    if not result.complete or data is None:
        raise GitHubUnavailable("GitHub's answer could not be read")
    return data


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _sentence(answer: Answer) -> str:
    """Put GitHub's own message into one line of at most 300 characters."""
    data = _json(answer)
    message = data.get("message") if isinstance(data, dict) else None
    return " ".join(f"{message or 'without a reason'}".split())[:300]
