"""How the door answers, whatever came in: one shape for errors, and nothing of what broke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from chalice import Response

from chalicelib.errors import ConfigurationError, RequestError, TooLarge, Unavailable, Unmappable, told
from chalicelib.handlers.invocation import alarm

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import Request

    from chalicelib.bootstrap import House

RETRY_AFTER_S = 60
"""When a sender that waits may come again: most outages of a store are over by then."""


class Refuse(Protocol):
    """Makes the answer to a request that is not taken."""

    def __call__(self, status: int, code: str, message: str, **facts: str) -> Response:
        """Make it."""


def guarded(take: Callable[[], Response], request: Request, house: House, *, refuse: Refuse | None = None) -> Response:
    """Return what `take` answers, or the answer to what it raised, made by `refuse`, or else in JSON. Never raises.

    Meanwhile all that is told names the function, the request by Lambda's id and by API Gateway's, and the route.
    """
    telling = {"request_id": request.lambda_context.aws_request_id, "api_request_id": request.context.get("requestId")}
    with house.telemetry.about(function="door", route=request.context.get("resourcePath"), **telling):
        return _guarded(take, house, refuse or error_reply)


def _guarded(take: Callable[[], Response], house: House, refuse: Refuse) -> Response:
    try:
        return take()
    except RequestError as error:
        house.telemetry.event("request_refused", status=error.status, code=error.code)
        facts = {"field": error.field, "value": error.value} if isinstance(error, Unmappable) else {}
        return refuse(error.status, error.code, str(error), **facts)
    except (Unavailable, ConfigurationError) as error:
        house.telemetry.alarm("door_closed", **told(error))
    except Exception as error:  # noqa: BLE001 - whatever broke, the sender must see it, and nobody its text
        alarm(error, house.telemetry)
    answer = refuse(503, "unavailable", "nothing is known to be stored; send it again")
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def body_of(request: Request, *, limit: int) -> bytes:
    """Return the body as it was sent; raise TooLarge for more than `limit` bytes."""
    raw = bytes(request.raw_body)
    if len(raw) > limit:
        raise TooLarge(f"the body is over {limit} bytes")
    return raw


def headers_of(request: Request) -> dict[str, list[str]]:
    """Return all values of each header: a signature that came twice must be seen twice."""
    event = request.to_original_event()
    several: dict[str, list[str]] | None = event.get("multiValueHeaders")
    return several or {name: [value] for name, value in (event.get("headers") or {}).items()}


def query_of(request: Request) -> dict[str, list[str]]:
    """Return all values of each parameter in the address."""
    event = request.to_original_event()
    several: dict[str, list[str]] | None = event.get("multiValueQueryStringParameters")
    return several or {name: [value] for name, value in (event.get("queryStringParameters") or {}).items()}


def json_reply(status: int, body: dict[str, Any]) -> Response:
    """Answer in JSON."""
    return Response(body=body, status_code=status, headers={"Content-Type": "application/json"})


def error_reply(status: int, code: str, message: str, **facts: str) -> Response:
    """Answer with an error of our shape."""
    return json_reply(status, {"error": {"code": code, "message": message, **facts}})
