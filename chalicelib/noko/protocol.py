"""Noko's API without any I/O: build requests, say what became of them. "What did it mean?" is one function each.

Source of every rule: https://developer.nokotime.com/v2/ ("Conventions", "Entries").
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.domain.outcome import Created, Outcome, Refused, Throttled, Unavailable, Unknown
from chalicelib.domain.throttle import Health
from chalicelib.exchange.message import USER_AGENT, Answer, Failure, Request, Result

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping
    from urllib.parse import SplitResult

DEFAULT_BASE_URL = "https://api.nokotime.com/v2"
MAX_REDIRECTS = 3

DEFINITE = frozenset({400, 401, 403, 404, 405, 409, 415, 422})
"""With these nothing was done."""
REDIRECT = frozenset({301, 302, 307, 308})
_MAY_BE_DUPLICATE = frozenset({400, 409, 422})
"""With these Noko judges the entry itself; the others speak of the caller or the place."""
_SPEAKS_OF_DUPLICATE = re.compile(rb"duplicate|already[_ ]exist|already been|identical|same entry", re.IGNORECASE)
_ENTRY_ID = re.compile(r"/entries/([0-9]{1,10})/?(?:[?#]|$)")
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
"""One target of a `Link` header and its parameters. Targets may hold commas, so these separate nothing (RFC 8288)."""
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Token:
    """A credential: a personal access token, or an OAuth2 access token (`bearer`). Never printed."""

    value: str = field(repr=False)
    bearer: bool = False

    def headers(self) -> dict[str, str]:
        """Return the header that carries the token; it never travels in a URL."""
        if self.bearer:
            return {"Authorization": f"Bearer {self.value}"}
        return {"X-NokoToken": self.value}


@dataclass(frozen=True, slots=True)
class Call:
    """One action of the API, before a base URL and a token come to it.

    `path` is relative to the base and starts with a slash; `fields` is the body of a write. As text it is the method
    and the path: what errors say of it.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def only_asks(self) -> bool:
        """Whether it changes nothing, so that asking twice is harmless."""
        return self.method == "GET"

    @property
    def makes_an_entry(self) -> bool:
        """Whether doing it twice would make two entries."""
        return self.method == "POST" and self.path == "/entries"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What we ask Noko to create. Always a `project_id`: an unknown name would create a project."""

    date: dt.date
    minutes: int
    user_id: int
    project_id: int
    description: str
    source_url: str


def headers(token: Token) -> dict[str, str]:
    """Return the headers of every request; one without a `User-Agent` would be rejected."""
    return {"User-Agent": USER_AGENT, "Accept": "application/json", "Connection": "close", **token.headers()}


def get(base_url: str, path: str, token: Token, query: Iterable[tuple[str, str]] = ()) -> Request:
    """Build a reading request; `path` starts with a slash."""
    pairs = urlencode(list(query))
    return Request("GET", f"{base_url}{path}" + (f"?{pairs}" if pairs else ""), headers(token))


def build(base_url: str, token: Token, call: Call) -> Request:
    """Build the request of a call. A write always has a JSON object for its body, unless it deletes."""
    bare = get(base_url, call.path, token, call.query)
    if call.method in {"GET", "DELETE"}:
        return replace(bare, method=call.method)
    body = json.dumps(dict(call.fields or {})).encode()
    return replace(bare, method=call.method, headers={**bare.headers, "Content-Type": "application/json"}, body=body)


def create(base_url: str, token: Token, new: NewEntry) -> Request:
    """Build the request that creates an entry."""
    fields = {
        "date": new.date.isoformat(),
        "minutes": new.minutes,
        "user_id": new.user_id,
        "project_id": new.project_id,
        "description": new.description,
        "source_url": new.source_url,
    }
    return build(base_url, token, Call("POST", "/entries", fields=fields))


def redirected(request: Request, result: Result, *, allowed_hosts: Collection[str]) -> Request | None:
    """Repeat the request verbatim where a redirect points; None for no redirect, or one we refuse."""
    if not isinstance(result, Answer) or result.status not in REDIRECT:
        return None
    location = result.headers.get("location")
    return elsewhere(request, location, allowed_hosts=allowed_hosts) if location else None


def elsewhere(request: Request, location: str, *, allowed_hosts: Collection[str]) -> Request | None:
    """Repeat the request verbatim at `location`; None when the token must not go there.

    Allowed are the same origin (scheme, host, port) and, over HTTPS, the hosts in `allowed_hosts`.
    """
    try:
        url, _ = urldefrag(urljoin(request.url, location))
        target = urlsplit(url)
        same = _origin(target) == _origin(urlsplit(request.url))
    except ValueError:
        return None
    if target.username is not None or target.password is not None:
        return None
    if same or (target.scheme == "https" and target.hostname in allowed_hosts):
        return replace(request, url=url)
    return None


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or _DEFAULT_PORTS.get(url.scheme)


def without_token(result: Result, request: Request) -> Result:
    """Return an answer that does not quote the request's token.

    Whoever turns a request away may quote it, a proxy as well as Noko, and reasons are stored and shown.
    """
    token = request.headers.get("X-NokoToken") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    quoted = token.encode("utf-8", "surrogateescape")
    if isinstance(result, Answer) and quoted and quoted in result.body:
        return replace(result, body=result.body.replace(quoted, b"[token]"))
    return result


def classify(result: Result) -> Outcome:
    """Say what one attempt at creating an entry taught us. A redirect that comes to here was refused."""
    if isinstance(result, Failure):
        if result.sent:
            return Unknown(result.reason)
        return Unavailable(result.reason)
    status = result.status
    if status == 201:
        return _created(result)
    if not result.complete:
        return Unknown(f"the answer {status} was cut off")
    if status == 429 and not result.body.strip():
        return Throttled()
    if status in REDIRECT:
        return Refused(status, "redirected too often, or to a place that the token must not go to")
    if status in DEFINITE:
        if speaks_of_duplicate(result):
            return Unknown(f"{status} that speaks of a duplicate")
        return Refused(status, sentence(result))
    return Unknown(f"answered {status}")


def speaks_of_duplicate(answer: Answer) -> bool:
    """Tell whether a refusal may mean that the very same entry is there already."""
    return answer.status in _MAY_BE_DUPLICATE and bool(_SPEAKS_OF_DUPLICATE.search(answer.body[:10_000]))


def health(result: Result) -> Health:
    """Say what an exchange tells of Noko itself: no connection, a timeout, a reset and a 5xx are outages."""
    if isinstance(result, Failure):
        return Health.SILENT if result.stopped else Health.OUTAGE
    if result.status == 401:
        return Health.TOKEN_REFUSED
    return Health.OUTAGE if result.status >= 500 else Health.CONTACT


def _created(answer: Answer) -> Created:
    data = json_of(answer)
    if isinstance(data, dict):
        noko_id, minutes = data.get("id"), data.get("minutes")
        if type(noko_id) is int and 1 <= noko_id <= MAX_NOKO_ID:
            return Created(noko_id, minutes if type(minutes) is int else None)
    match = _ENTRY_ID.search(answer.headers.get("location", ""))
    if match and 1 <= int(match[1]) <= MAX_NOKO_ID:
        return Created(int(match[1]))
    return Created(None)


def next_page(answer: Answer) -> str | None:
    """Return the URL that `Link` names `next`: the only right way to page."""
    for url, parameters in _LINK.findall(answer.headers.get("link", "")):
        rel = _REL.search(parameters)
        if rel and "next" in (rel[1] or rel[2] or "").lower().split():
            return str(url).strip()
    return None


def json_of(answer: Answer) -> Any:
    """Return what the body holds as JSON; None for what is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def errors_of(answer: Answer) -> tuple[dict[str, str], ...]:
    """Return Noko's list of what is wrong."""
    data = json_of(answer)
    listed = data.get("errors") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return ()
    return tuple({str(k): str(v) for k, v in e.items()} for e in listed if isinstance(e, dict))


def sentence(answer: Answer) -> str:
    """Put Noko's own message and error codes into one line of at most 300 characters."""
    data = json_of(answer)
    message = data.get("message") if isinstance(data, dict) else None
    codes = [":".join(filter(None, (e.get("field"), e.get("code")))) for e in errors_of(answer)]
    words = f"{message or f'answered {answer.status}'}" + (f" ({', '.join(codes)})" if codes else "")
    return " ".join(words.split())[:300]
