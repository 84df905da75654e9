"""What comes in by HTTP: verified before anything else, stored before it is answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from chalice import Response

from chalicelib.domain.directive import Rules
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.errors import ConfigurationError, RequestError, TooLarge, Unavailable
from chalicelib.handlers.invocation import alarm
from chalicelib.services import intake
from chalicelib.sources import github as source
from chalicelib.sources.delivery import answer

if TYPE_CHECKING:
    from chalice.app import Request

    from chalicelib.bootstrap import House
    from chalicelib.sources.delivery import Delivery
    from chalicelib.sources.header import Headers

MAX_BODY_BYTES = 25 * 1024 * 1024
"""GitHub caps payloads at 25 MB (https://docs.github.com/en/webhooks/webhook-events-and-payloads)."""
LATEST_OFFSET = dt.timedelta(hours=14)
"""Somewhere on earth it is this much later than in UTC: a date is in the future only after that."""


def health() -> Response:
    """Say that the process answers; nothing is asked of anything behind it."""
    return _json(200, {"status": "ok"})


def github(request: Request, house: House) -> Response:
    """Take a webhook of GitHub's in, and answer what became of it. Never raises."""
    try:
        return _github(request, house)
    except RequestError as error:
        house.telemetry.event("request_refused", status=error.status, code=error.code)
        return _error(error.status, error.code, str(error))
    except (Unavailable, ConfigurationError) as error:
        house.telemetry.alarm("door_closed", error=type(error).__name__, reason=str(error))
    except Exception as error:  # noqa: BLE001 - whatever broke, the sender must see it, and nobody its text
        alarm(error, house.telemetry)
    return _error(503, "unavailable", "nothing is known to be stored; send it again")


def _github(request: Request, house: House) -> Response:
    raw = bytes(request.raw_body)
    if len(raw) > MAX_BODY_BYTES:
        raise TooLarge(f"the body is over {MAX_BODY_BYTES} bytes")
    delivery = read(_headers(request), raw, house)
    if delivery.unused is not None:
        house.telemetry.event("delivery_unused", delivery=delivery.key, reason=delivery.unused)
        return _json(200, answer(delivery))
    fresh = intake.take(delivery, ports=house.ports)
    return _json(202, answer(delivery)) if fresh else _json(200, {**answer(delivery), "duplicate": True})


def read(headers: Headers, raw: bytes, house: House) -> Delivery:
    """Verify a request of GitHub's, then read it. Makes no AWS data call. Raises RequestError or SourceClosed."""
    source.verify(headers, raw, secrets=house.secrets.github_webhook())
    routing = house.routing

    def rules_for(repository: str) -> Rules:
        rule = repository_rule(routing, repository)
        return Rules(rule.require_brackets, rule.max_minutes, rule.minutes_per_day)

    today = (dt.datetime.fromtimestamp(house.clock.now() / 1000, dt.UTC) + LATEST_OFFSET).date()
    return source.delivery(headers, raw, rules_for=rules_for, today=today)


def _headers(request: Request) -> dict[str, list[str]]:
    """Return all values of each header: a signature that came twice must be seen twice."""
    event = request.to_original_event()
    several: dict[str, list[str]] | None = event.get("multiValueHeaders")
    return several or {name: [value] for name, value in (event.get("headers") or {}).items()}


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(body=body, status_code=status, headers={"Content-Type": "application/json"})


def _error(status: int, code: str, message: str) -> Response:
    return _json(status, {"error": {"code": code, "message": message}})
