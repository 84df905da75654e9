"""One submission of a form: the form first, then the proof, then what it says, then the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import PAGE
from chalicelib.errors import UnknownForm, Unmappable
from chalicelib.handlers.reply import body_of, headers_of, json_reply, query_of
from chalicelib.services import intake
from chalicelib.sources.forms.delivery import answer
from chalicelib.sources.forms.delivery import read as read_submission
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.reading import read as read_body
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.verification import verify

if TYPE_CHECKING:
    from chalice import Response
    from chalice.app import Request

    from chalicelib.bootstrap import House

MAX_BODY_BYTES = 4 * 1024 * 1024
"""What API Gateway can hand to Lambda: 6 MB for the whole event, in which a body is a third longer
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


def take(request: Request, name: str, house: House) -> Response:
    """Take a submission of the form `name` in and answer it. Raises RequestError and what the store raises."""
    rule = form_rule(house.routing, name)
    if rule.form is None or rule.form.preset == PAGE:
        raise UnknownForm("there is no form of this name")
    preset, headers = PRESETS[rule.form.preset], headers_of(request)
    raw, now = body_of(request, limit=MAX_BODY_BYTES), house.clock.now()
    verify(preset, headers, raw, query=query_of(request), secrets=house.secrets.form(name), now=now)
    submission = read_body(preset, headers, raw)
    if submission.unused is not None:
        house.telemetry.event("submission_unused", form=name, reason=submission.unused)
        return json_reply(200, {"unused": submission.unused})
    zone, public_url = house.routing.defaults.timezone, house.settings.public_url
    reading = read_submission(submission, headers, rule, timezone=zone, public_url=public_url, now=now)
    if isinstance(reading.result, Rejection) and preset.interactive:
        wrong = reading.result
        raise Unmappable(wrong.reason, field=wrong.field, value=wrong.value)
    delivery, is_new = intake.take_submission(reading, ports=house.ports)
    body = answer(delivery)
    return json_reply(202, body) if is_new else json_reply(200, {**body, "duplicate": True})
