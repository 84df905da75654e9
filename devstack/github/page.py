"""Pages of a list, and the `Link` header that leads through them.

Source: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api. Its URLs name
repositories by id (`/repositories/1300192/issues?page=2`), repeat the other parameters, and are left out when
everything fits on one page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from devstack.github.message import failure
from devstack.wire.message import ApiError, Pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devstack.github.call import Call
    from devstack.github.delivery import Delivery
    from devstack.wire.message import Request

PER_PAGE = 30
MAX_PER_PAGE = 100
T = TypeVar("T")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CURSOR = re.compile(r"v1_([0-9]{1,19})")


def number(request: Request, name: str, default: int) -> int:
    """Return a parameter that is a number above 0; the default for anything else."""
    text = request.parameter(name) or ""
    return max(1, int(text)) if _NUMBER.fullmatch(text) else default


def per_page(request: Request, default: int = PER_PAGE) -> int:
    """Return the size of a page: what is asked for up to 100, or the default."""
    return min(MAX_PER_PAGE, number(request, "per_page", 0)) or default


def numbered(call: Call, records: Sequence[T], *, size: int) -> tuple[Sequence[T], Pairs]:
    """Return the records of the page that the call asks for, and the headers that go with them."""
    page = number(call.request, "page", 1)
    last = max(1, -(-len(records) // size))
    links = []
    if page > 1:
        links.append(_link(call, "page", str(page - 1), "prev"))
    if page < last:
        links += [_link(call, "page", str(page + 1), "next"), _link(call, "page", str(last), "last")]
    if page > 1:
        links.append(_link(call, "page", "1", "first"))
    return records[(page - 1) * size : page * size], _header(links)


def from_cursor(call: Call, deliveries: Sequence[Delivery]) -> tuple[Sequence[Delivery], Pairs]:
    """Return the deliveries, newest first, from the one that the call's cursor names on; 422 for no cursor of ours.

    Source: https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook, "the starting
    delivery from which the page of deliveries is fetched". What is delivered meanwhile does not shift the pages.
    """
    size = per_page(call.request)
    start, cursor = 0, call.request.parameter("cursor")
    if cursor is not None:
        named = _CURSOR.fullmatch(cursor)
        if named is None:
            raise ApiError(failure(422, "Invalid cursor"))
        start = sum(delivery.id > int(named[1]) for delivery in deliveries)
    links = []
    if start + size < len(deliveries):
        links.append(_link(call, "cursor", f"v1_{deliveries[start + size].id}", "next"))
    if start > 0:
        links.append(_link(call, "cursor", f"v1_{deliveries[max(0, start - size)].id}", "prev"))
    return deliveries[start : start + size], _header(links)


def _link(call: Call, name: str, value: str, rel: str) -> str:
    rest = [pair for pair in call.request.query if pair[0] != name]
    return f'<{call.link_url}?{urlencode([*rest, (name, value)])}>; rel="{rel}"'


def _header(links: Sequence[str]) -> Pairs:
    return (("Link", ", ".join(links)),) if links else ()
