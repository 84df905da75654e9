"""The calls under `/users` and `/current_user` (https://developer.nokotime.com/v2/users/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.filter import contains, equals, narrow
from devstack.sandbox.page import paged
from devstack.sandbox.shape import current_user, full_user
from devstack.wire.message import ApiError, Response, failure, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.call import Call
    from devstack.sandbox.record import User

FILTERS: dict[str, Callable[[str], Callable[[User], bool]]] = {
    "name": contains(lambda user: user.name),
    "email": contains(lambda user: user.email),
    "role": equals(lambda user: user.role),
    "state": equals(lambda user: user.state),
}


def index(call: Call) -> Response:
    """List users."""
    found = narrow(call.books.users(), call.request, FILTERS)
    return paged(call, "/users", found, lambda user: full_user(user, call.base_url))


def show(call: Call) -> Response:
    """Get one user."""
    user = call.books.user(call.ids[0])
    if user is None:
        raise ApiError(failure(404, "Not Found"))
    return json_response(200, full_user(user, call.base_url))


def whoami(call: Call) -> Response:
    """Get the user whose token was sent."""
    return json_response(200, current_user(call.caller, call.base_url))
