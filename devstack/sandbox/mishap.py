"""How a fault turns a call's answer into another one, or into none."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol, assert_never

from devstack.sandbox.fault import Kind
from devstack.wire.message import Answer, Dropped, Response, failure, json_response

if TYPE_CHECKING:
    from devstack.sandbox.fault import Fault

LOCKED_MESSAGE = "Noko is changing the internal data for your account so you can start using hashtags"
_GARBAGE = b'{"id": 17\x00\xff\xfe'


class Work(Protocol):
    """The call's own work, done when called; lists then show the entries of `ago_ms` before."""

    def __call__(self, *, ago_ms: int = 0) -> Response:
        """Do it, and return what the caller would be told."""


def spoil(fault: Fault, work: Work, *, now: int, url: str) -> Answer:  # noqa: C901, PLR0912 - one case a kind
    """Answer a call to `url` at `now` as the fault wants it. LATE work is left to whoever runs what is due."""
    match fault.kind:
        case Kind.DROP_BEFORE:
            return Dropped()
        case Kind.DROP_AFTER:
            work()
            return Dropped()
        case Kind.STATUS_BEFORE:
            return _status(fault)
        case Kind.STATUS_AFTER:
            work()
            return _status(fault)
        case Kind.LATE:
            return Dropped(fault.ms, work_due=now + fault.ms)
        case Kind.SLOW:
            return work().delayed(fault.ms)
        case Kind.REDIRECT:
            return Response(fault.status or 307, (("Location", fault.location or url),))
        case Kind.UNAUTHORIZED:
            return failure(401, "Unauthorized")
        case Kind.FORBIDDEN:
            return failure(403, "Forbidden")
        case Kind.THROTTLED:
            return Response(429)
        case Kind.THROTTLED_WITH_BODY:
            return failure(429, "Too Many Requests")
        case Kind.LOCKED:
            return failure(503, LOCKED_MESSAGE)
        case Kind.NOT_JSON:
            return _instead(fault, work, _page(200, "Welcome"))
        case Kind.EMPTY:
            return _instead(fault, work, Response(200))
        case Kind.ACCEPTED:
            message = "The user will be sent an email once this is complete."
            return _instead(fault, work, json_response(202, {"message": message}))
        case Kind.CUT:
            whole = work()
            return replace(whole, cut_at=len(whole.body) // 2)
        case Kind.UNREADABLE:
            return _unreadable(fault, work())
        case Kind.STALE:
            return work(ago_ms=fault.ms)
        case _:
            assert_never(fault.kind)


def _instead(fault: Fault, work: Work, response: Response) -> Response:
    if fault.work:
        work()
    return response


def _status(fault: Fault) -> Response:
    status = fault.status or 502
    if fault.text is None:
        return _page(status, HTTPStatus(status).phrase)
    return Response(status, (("Content-Type", "application/json; charset=utf-8"),), fault.text.encode())


def _page(status: int, title: str) -> Response:
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(status, (("Content-Type", "text/html"),), html.encode())


def _unreadable(fault: Fault, response: Response) -> Response:
    headers = tuple(h for h in response.headers if fault.keep_location or h[0] != "Location")
    return replace(response, headers=headers, body=_GARBAGE)
