"""Pages of a list, and the `Link` header that leads through them.

Source: https://developer.nokotime.com/v2/, "Pagination": 30 a page, `per_page` up to 1000, `page` from 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from devstack.wire.message import Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devstack.sandbox.call import Call

PER_PAGE = 30
MAX_PER_PAGE = 1000
T = TypeVar("T")
_NUMBER = re.compile(r"[0-9]{1,9}")


def _number(request: Request, name: str, default: int) -> int:
    text = request.parameter(name) or ""
    return max(1, int(text)) if _NUMBER.fullmatch(text) else default


def paged(call: Call, path: str, records: Sequence[T], shape: Callable[[T], Any]) -> Response:
    """Answer with the page of `records` that the call asks for.

    `Link` is there only when there is more than one page. Its URLs repeat the other parameters of the request.
    """
    size = min(MAX_PER_PAGE, _number(call.request, "per_page", PER_PAGE))
    page = _number(call.request, "page", 1)
    last = max(1, -(-len(records) // size))
    shown = [shape(record) for record in records[(page - 1) * size : page * size]]
    rest = [(name, value) for name, value in call.request.query if name != "page"]

    def link(number: int, rel: str) -> str:
        return f'<{call.base_url}{path}?{urlencode([*rest, ("page", str(number))])}>; rel="{rel}"'

    links = []
    if page < last:
        links.append(link(page + 1, "next"))
    if page > 1:
        links.append(link(page - 1, "prev"))
    if last > 1:
        links += [link(1, "first"), link(last, "last")]
    return json_response(200, shown, [("Link", ", ".join(links))] if links else [])
