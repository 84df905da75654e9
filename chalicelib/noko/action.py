"""Every action that Noko documents on entries, tags, users and projects: where it is, and how it says no.

Source: https://developer.nokotime.com/v2/, the page of each resource. The names are those of the methods that do them
(`entries.Entries`, `tags.Tags`, `account.Users`, `account.Projects`); the page docs/reference/noko-client.md is written
from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.noko.check import noko_id
from chalicelib.noko.error_code import ErrorCode
from chalicelib.noko.protocol import Call

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `:id` in `path` stands for an id; `codes` are its own error codes, besides the standard ones.

    `answers` is what Noko sends: a `list` in pages, an `object`, `objects` at once, or `nothing`.
    """

    method: str
    path: str
    answers: str = "nothing"
    codes: tuple[ErrorCode, ...] = ()

    def call(
        self,
        number: int | None = None,
        *,
        query: tuple[tuple[str, str], ...] = (),
        fields: Mapping[str, Any] | None = None,
    ) -> Call:
        """Return the call that does it; raises UserError for what is no id."""
        path = self.path.replace(":id", str(noko_id(number))) if ":id" in self.path else self.path
        return Call(self.method, path, query, fields)


_MAY_NOT_CREATE = (
    ErrorCode.REACHED_PROJECT_LIMIT,
    ErrorCode.CANNOT_CREATE_PROJECTS,
    ErrorCode.CANNOT_CREATE_TAGS,
)
_KEPT = (ErrorCode.APPROVED_AND_LOCKED, ErrorCode.INVOICED, ErrorCode.ARCHIVED_PROJECT)
_NOT_TWICE = (ErrorCode.ALREADY_APPROVED, ErrorCode.ARCHIVED_PROJECT)
_MERGING = (ErrorCode.LOCKED,)

ENTRIES: Mapping[str, Action] = {
    "list": Action("GET", "/entries", "list"),
    "get": Action("GET", "/entries/:id", "object"),
    "create": Action("POST", "/entries", "object", _MAY_NOT_CREATE),
    "edit": Action("PUT", "/entries/:id", "object", (*_MAY_NOT_CREATE, ErrorCode.APPROVED_AND_LOCKED)),
    "mark_invoiced": Action("PUT", "/entries/:id/marked_as_invoiced", codes=(ErrorCode.ALREADY_INVOICED,)),
    "mark_many_invoiced": Action("PUT", "/entries/marked_as_invoiced"),
    "approve": Action("PUT", "/entries/:id/approved", codes=_NOT_TWICE),
    "approve_many": Action("PUT", "/entries/approved"),
    "unapprove": Action("PUT", "/entries/:id/unapproved", codes=(ErrorCode.ARCHIVED_PROJECT,)),
    "unapprove_many": Action("PUT", "/entries/unapproved"),
    "delete": Action("DELETE", "/entries/:id", codes=_KEPT),
}
TAGS: Mapping[str, Action] = {
    "list": Action("GET", "/tags", "list"),
    "create": Action("POST", "/tags", "objects"),
    "get": Action("GET", "/tags/:id", "object"),
    "entries": Action("GET", "/tags/:id/entries", "list"),
    "rename": Action("PUT", "/tags/:id", "object", _MERGING),
    "merge": Action("PUT", "/tags/:id/merge", codes=_MERGING),
    "delete": Action("DELETE", "/tags/:id", codes=_MERGING),
    "delete_many": Action("PUT", "/tags/delete"),
}
USERS: Mapping[str, Action] = {
    "list": Action("GET", "/users", "list"),
    "get": Action("GET", "/users/:id", "object"),
    "current": Action("GET", "/current_user", "object"),
}
PROJECTS: Mapping[str, Action] = {
    "list": Action("GET", "/projects", "list"),
    "get": Action("GET", "/projects/:id", "object"),
}
