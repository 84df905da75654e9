"""What goes in and out of the sandbox's core: requests, answers, and answers that never arrive."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pairs = tuple[tuple[str, str], ...]


def _first(pairs: Pairs, name: str) -> str | None:
    return next((value for key, value in pairs if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is as on the wire, with the base path (`/v2`) and without the query."""

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""

    @classmethod
    def from_http(cls, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> Request:
        """Read a request whose target is a path with a query, or a whole URL (its host is not looked at)."""
        parts = urlsplit(target)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return cls(method.upper(), parts.path, query, tuple(headers), body)

    @property
    def target(self) -> str:
        """The path with the query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return _first(self.headers, name)

    def parameter(self, name: str) -> str | None:
        """Return the query parameter of that name; None when it is absent or blank."""
        return dict(self.query).get(name) or None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, to be handed over `delay_ms` after the request arrived.

    `cut_at` is how many bytes of the body arrive before the connection breaks; the `Content-Length` still
    speaks of the whole body.
    """

    status: int
    headers: Pairs = ()
    body: bytes = b""
    delay_ms: int = 0
    cut_at: int | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return _first(self.headers, name)

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)

    def delayed(self, ms: int) -> Response:
        """Return this answer, `ms` later."""
        return replace(self, delay_ms=self.delay_ms + ms)


@dataclass(frozen=True, slots=True)
class Dropped:
    """No answer: the connection is closed without a byte, `delay_ms` after the request arrived.

    `work_due` is the instant at which the request is served nevertheless, when that is still to come; whoever
    carries the answer calls `Sandbox.run_due` then.
    """

    delay_ms: int = 0
    work_due: int | None = None

    def delayed(self, ms: int) -> Dropped:
        """Return this silence, `ms` longer."""
        return replace(self, delay_ms=self.delay_ms + ms)


Answer = Response | Dropped


class ApiError(Exception):
    """A call that is answered with an error; carries the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def json_response(status: int, value: Any, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """Answer with `value` as JSON."""
    content_type = ("Content-Type", "application/json; charset=utf-8")
    return Response(status, (content_type, *headers), json.dumps(value).encode())


def failure(status: int, message: str, errors: Sequence[dict[str, str]] = ()) -> Response:
    """Answer with an error as Noko does (https://developer.nokotime.com/v2/, "Client Errors")."""
    return json_response(status, {"message": message, "errors": list(errors)} if errors else {"message": message})
