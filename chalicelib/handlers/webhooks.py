"""What comes in by HTTP: verified before anything else, stored before it is answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from chalicelib.domain.directive import Rules
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.handlers.reply import body_of, guarded, headers_of, json_reply
from chalicelib.services import intake
from chalicelib.sources import github as source
from chalicelib.sources.delivery import answer

if TYPE_CHECKING:
    from chalice import Response
    from chalice.app import Request

    from chalicelib.bootstrap import House
    from chalicelib.sources.delivery import Delivery
    from chalicelib.sources.header import Headers

CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded"]
MAX_BODY_BYTES = 25 * 1024 * 1024
"""GitHub caps payloads at 25 MB (https://docs.github.com/en/webhooks/webhook-events-and-payloads)."""
LATEST_OFFSET = dt.timedelta(hours=14)
"""Somewhere on earth it is this much later than in UTC: a date is in the future only after that."""


def health() -> Response:
    """Say that the process answers; nothing is asked of anything behind it."""
    return json_reply(200, {"status": "ok"})


def github(request: Request, house: House) -> Response:
    """Take a webhook of GitHub's in, and answer what became of it. Never raises."""
    return guarded(lambda: _github(request, house), request, house)


def _github(request: Request, house: House) -> Response:
    delivery = read(headers_of(request), body_of(request, limit=MAX_BODY_BYTES), house)
    if delivery.unused is not None:
        house.telemetry.event("delivery_unused", delivery=delivery.key, reason=delivery.unused)
        return json_reply(200, answer(delivery))
    fresh = intake.take(delivery, ports=house.ports)
    return json_reply(202, answer(delivery)) if fresh else json_reply(200, {**answer(delivery), "duplicate": True})


def read(headers: Headers, raw: bytes, house: House) -> Delivery:
    """Verify a request of GitHub's, then read it. Makes no AWS data call. Raises RequestError or SourceClosed."""
    source.verify(headers, raw, secrets=house.secrets.github_webhook())
    routing = house.routing

    def rules_for(repository: str) -> Rules:
        rule = repository_rule(routing, repository)
        return Rules(rule.require_brackets, rule.max_minutes, rule.minutes_per_day)

    today = (dt.datetime.fromtimestamp(house.clock.now() / 1000, dt.UTC) + LATEST_OFFSET).date()
    return source.delivery(headers, raw, rules_for=rules_for, today=today)
