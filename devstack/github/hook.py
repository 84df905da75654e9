"""Hooks and their deliveries, of a repository or of an organisation.

Sources: https://docs.github.com/en/rest/repos/webhooks and https://docs.github.com/en/rest/orgs/webhooks
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.github import shape
from devstack.github.message import failure, not_found
from devstack.github.page import from_cursor, numbered, per_page
from devstack.wire.message import ApiError, Response, json_response

if TYPE_CHECKING:
    from devstack.github.call import Call
    from devstack.github.delivery import Delivery
    from devstack.github.record import Hook

_OUTCOMES = {"success": range(200, 400), "failure": range(400, 600)}
"""What `status` filters by. A delivery whose code is 0 is in neither."""


def index(call: Call) -> Response:
    """List hooks."""
    call.must_administer()
    shown, headers = numbered(call, call.forge.hooks(call.owner), size=per_page(call.request))
    return json_response(200, [shape.hook(hook, call.base_url) for hook in shown], headers)


def deliveries(call: Call) -> Response:
    """List the deliveries to a hook, every attempt on its own, newest first."""
    found = call.deliveries.of(_hook(call).id)
    wanted = call.request.parameter("status")
    if wanted is not None:
        if wanted not in _OUTCOMES:
            raise ApiError(failure(422, "Validation Failed"))
        found = [delivery for delivery in found if delivery.outcome.status_code in _OUTCOMES[wanted]]
    shown, headers = from_cursor(call, found)
    return json_response(200, [delivery.brief() for delivery in shown], headers)


def delivery(call: Call) -> Response:
    """Get one delivery, with what was sent and what was answered."""
    return json_response(200, _delivery(call).full())


def attempt(call: Call) -> Response:
    """Deliver again, whatever came of it before. The answer says only that it will be tried."""
    call.redeliver(_delivery(call))
    return json_response(202, {})


def _hook(call: Call) -> Hook:
    call.must_administer()
    found = call.forge.hook(int(call.words[0]))
    if found is None or found.owner.lower() != call.owner.lower():
        raise not_found()
    return found


def _delivery(call: Call) -> Delivery:
    found = call.deliveries.get(_hook(call).id, int(call.words[1]))
    if found is None:
        raise not_found()
    return found
