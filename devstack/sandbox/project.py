"""The calls under `/projects` (https://developer.nokotime.com/v2/projects/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.filter import contains, flag, narrow, one_of
from devstack.sandbox.page import paged
from devstack.sandbox.shape import full_project
from devstack.wire.message import ApiError, Response, failure, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.call import Call
    from devstack.sandbox.record import Project

FILTERS: dict[str, Callable[[str], Callable[[Project], bool]]] = {
    "name": contains(lambda project: project.name),
    "project_group_ids": one_of(lambda project: project.group_id),
    "billing_increment": one_of(lambda project: project.billing_increment),
    "enabled": flag(lambda project: project.enabled),
    "billable": flag(lambda project: project.billable),
}


def index(call: Call) -> Response:
    """List projects."""
    found = narrow(call.books.projects(), call.request, FILTERS)
    return paged(call, "/projects", found, lambda project: full_project(project, call.base_url))


def show(call: Call) -> Response:
    """Get one project."""
    project = call.books.project(call.ids[0])
    if project is None:
        raise ApiError(failure(404, "Not Found"))
    return json_response(200, full_project(project, call.base_url))
