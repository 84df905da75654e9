"""How a fault turns a call's answer into another one, or into none."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, assert_never

from devstack.github.fault import Kind
from devstack.github.limiter import SECONDARY
from devstack.github.message import failure
from devstack.wire.message import Answer, Dropped, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.github.fault import Fault

_GARBAGE = b'{"sha": "\x00\xff\xfe'


def spoil(fault: Fault, work: Callable[[], Response]) -> Answer:
    """Answer a call as the fault wants it; `work` does the call's own work and says what would be told."""
    match fault.kind:
        case Kind.DROP_BEFORE:
            return Dropped()
        case Kind.DROP_AFTER:
            work()
            return Dropped()
        case Kind.STATUS_BEFORE:
            return _status(fault.status or 502)
        case Kind.STATUS_AFTER:
            work()
            return _status(fault.status or 502)
        case Kind.SLOW:
            return work().delayed(fault.ms)
        case Kind.GARBAGE:
            return replace(work(), body=_GARBAGE)
        case Kind.CUT:
            whole = work()
            return replace(whole, cut_at=len(whole.body) // 2)
        case Kind.REDIRECT:
            moved = (("Location", fault.location),)
            return failure(fault.status or 301, "Moved Permanently", headers=moved)
        case Kind.SECONDARY:
            wait = () if fault.retry_after is None else (("Retry-After", str(fault.retry_after)),)
            return failure(fault.status or 403, SECONDARY, headers=wait)
        case _:
            assert_never(fault.kind)


def _status(status: int) -> Response:
    """Answer as GitHub's front does when what is behind it fails: with a page, and no JSON."""
    title = HTTPStatus(status).phrase
    html = f"<html><head><title>{title} · GitHub</title></head><body><h1>{title}</h1></body></html>"
    return Response(status, (("Content-Type", "text/html; charset=utf-8"),), html.encode())
