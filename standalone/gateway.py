"""An API Gateway for one machine: WSGI requests become Lambda proxy events for the Chalice app, and back.

Like the deployed API with `*/*` as binary media type, bodies travel in base64, so raw bytes stay raw.
Unlike it, the cap is GitHub's 25 MB: what is over it is read, discarded and answered 413 (to 32 MB).
"""

from __future__ import annotations

import base64
import itertools
import json
import threading
from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from chalice.local import LocalChalice, RouteMatcher

from standalone.invocation import Context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalice import Chalice

MAX_READ_BYTES = 32 * 1024 * 1024
DOOR_TIMEOUT_S = 15
LARGE_BYTES = 1024 * 1024
LARGE_AT_ONCE = 2
"""A large body is copied several times before it is known to be signed: so many share the memory for that."""


class Gateway:
    """A WSGI app over a Chalice app."""

    def __init__(self, app: Chalice) -> None:
        app.__class__ = LocalChalice  # keeps the current request by thread: Lambda has one thread, we have many
        self._app = app
        self._routes = RouteMatcher(list(app.routes))
        self._ids = itertools.count(1)
        self._large = threading.Semaphore(LARGE_AT_ONCE)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        large = int(environ.get("CONTENT_LENGTH") or 0) > LARGE_BYTES
        with self._large if large else nullcontext():
            answer = self._answer(environ)
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
        headers += [(n, str(v)) for n, several in (answer.get("multiValueHeaders") or {}).items() for v in several]
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "application/json"))  # as API Gateway does
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(content)))])
        return [content]

    def _answer(self, environ: dict[str, Any]) -> dict[str, Any]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        try:
            match = self._routes.match_route(path)
        except ValueError:
            return _plain(HTTPStatus.FORBIDDEN, {"message": "Missing Authentication Token"})
        headers = _headers(environ)
        pairs = parse_qsl(query, keep_blank_values=True)
        event = {
            "resource": match.route,
            "path": path,
            "httpMethod": environ["REQUEST_METHOD"],
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers},
            "multiValueQueryStringParameters": _several(pairs) or None,
            "pathParameters": match.captured or None,
            "stageVariables": None,
            "requestContext": {
                "httpMethod": environ["REQUEST_METHOD"],
                "resourcePath": match.route,
                "path": path,
                "requestId": str(next(self._ids)),
                "stage": "local",
                "identity": {"sourceIp": environ.get("REMOTE_ADDR")},
            },
            "body": base64.b64encode(environ["wsgi.input"].read()).decode("ascii"),
            "isBase64Encoded": True,
        }
        answer: dict[str, Any] = self._app(event, Context(DOOR_TIMEOUT_S))
        return answer


def _headers(environ: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the request's headers; the server joined a repeated one with a comma."""
    headers = [
        (name[5:].replace("_", "-").title(), str(value)) for name, value in environ.items() if name.startswith("HTTP_")
    ]
    if environ.get("CONTENT_TYPE"):
        headers.append(("Content-Type", str(environ["CONTENT_TYPE"])))
    return headers


def _several(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    return several


def _plain(status: HTTPStatus, body: dict[str, str]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
