"""Conditional requests: an answer that the caller has already is not sent again.

Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api, "Use conditional
requests if appropriate".
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from devstack.wire.message import Response

if TYPE_CHECKING:
    from devstack.wire.message import Request


def conditional(request: Request, response: Response) -> Response:
    """Give the answer to a GET its `ETag`, or make it a 304 when the request names that one."""
    if request.method != "GET" or response.status != 200:
        return response
    content = response.body + repr(response.header("Link")).encode()
    etag = f'W/"{hashlib.sha256(content).hexdigest()}"'
    known = {tag.strip().removeprefix("W/") for tag in (request.header("If-None-Match") or "").split(",")}
    if etag.removeprefix("W/") in known:
        return Response(304, (("ETag", etag),))
    return replace(response, headers=(*response.headers, ("ETag", etag)))
