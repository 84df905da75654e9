"""What GitHub's API says when something is wrong, and how it reads a body.

Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devstack.wire.message import ApiError, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCUMENTATION = "https://docs.github.com/rest"


def failure(
    status: int,
    message: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Sequence[tuple[str, str]] = (),
) -> Response:
    """Answer with an error."""
    body: dict[str, Any] = {"message": message}
    if errors:
        body["errors"] = list(errors)
    return json_response(status, body | {"documentation_url": DOCUMENTATION, "status": str(status)}, headers)


def not_found() -> ApiError:
    """Return the error for what is not there, or not for this token to see."""
    return ApiError(failure(404, "Not Found"))


def invalid(resource: str, field: str, code: str, message: str | None = None) -> ApiError:
    """Return the 422 about one field of a body; `message` goes with the code `custom`."""
    error = {"resource": resource, "code": code, "field": field}
    return ApiError(failure(422, "Validation Failed", errors=[error | ({"message": message} if message else {})]))


def read_body(raw: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object; raises ApiError (400)."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise ApiError(failure(400, "Problems parsing JSON")) from None
    if not isinstance(body, dict):
        raise ApiError(failure(400, "Body should be a JSON object"))
    return body


def read_text(body: Mapping[str, Any], field: str, resource: str) -> str | None:
    """Return a field that is text, null or absent; raises ApiError (422)."""
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise invalid(resource, field, "invalid")
    return value
