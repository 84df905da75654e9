"""Which room answers which call. A new call is a line here and a function in the room of its resource."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from devstack.sandbox import approval, entry, invoicing, project, tag, user
from devstack.wire.message import ApiError, Response, failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.call import Call

ROUTES: tuple[tuple[str, str, Callable[[Call], Response]], ...] = (
    ("GET", "entries", entry.index),
    ("POST", "entries", entry.create),
    ("PUT", "entries/marked_as_invoiced", invoicing.mark_many),
    ("PUT", "entries/approved", approval.approve_many),
    ("PUT", "entries/unapproved", approval.unapprove_many),
    ("GET", "entries/:id", entry.show),
    ("PUT", "entries/:id", entry.edit),
    ("DELETE", "entries/:id", entry.delete),
    ("PUT", "entries/:id/marked_as_invoiced", invoicing.mark),
    ("PUT", "entries/:id/approved", approval.approve),
    ("PUT", "entries/:id/unapproved", approval.unapprove),
    ("GET", "tags", tag.index),
    ("POST", "tags", tag.create),
    ("PUT", "tags/delete", tag.delete_many),
    ("GET", "tags/:id", tag.show),
    ("PUT", "tags/:id", tag.edit),
    ("DELETE", "tags/:id", tag.delete),
    ("GET", "tags/:id/entries", tag.entries),
    ("PUT", "tags/:id/merge", tag.merge),
    ("GET", "users", user.index),
    ("GET", "users/:id", user.show),
    ("GET", "current_user", user.whoami),
    ("GET", "projects", project.index),
    ("GET", "projects/:id", project.show),
)

_ID = re.compile(r"[0-9]{1,10}")


def _ids(pattern: str, path: str) -> tuple[int, ...] | None:
    wanted, given = pattern.split("/"), path.strip("/").split("/")
    if len(wanted) != len(given):
        return None
    ids = []
    for expected, word in zip(wanted, given, strict=True):
        if expected == ":id" and _ID.fullmatch(word):
            ids.append(int(word))
        elif expected != word:
            return None
    return tuple(ids)


def dispatch(call: Call, path: str) -> Response:
    """Answer a call to `path`, which is relative to the base; errors of the API are answers too."""
    known = False
    for method, pattern, room in ROUTES:
        ids = _ids(pattern, path)
        if ids is None:
            continue
        known = True
        if method == call.request.method:
            try:
                return room(replace(call, ids=ids))
            except ApiError as error:
                return error.response
    return failure(405, "Method Not Allowed") if known else failure(404, "Not Found")
