"""What a new entry must be like, and how Noko says that it is not.

Source: https://developer.nokotime.com/v2/entries/, "Create an Entry", and https://developer.nokotime.com/v2/,
"Client Errors". The codes `invalid` and `too_long` are made up: for a malformed field Noko documents no more than
the status 400.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from devstack.sandbox.hashtag import hashtags
from devstack.sandbox.instant import read_date
from devstack.sandbox.message import ApiError, failure

if TYPE_CHECKING:
    import datetime as dt

    from devstack.sandbox.call import Call

MAX_ID = 2_147_483_647
Fields = dict[str, Any]
Wrong = Callable[[str, str], None]
"""Called with a field and an error code."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that may be logged. `new_project` is the name of a project that must be made first."""

    user_id: int
    date: dt.date
    minutes: int
    description: str | None
    source_url: str | None
    project_id: int | None
    new_project: str | None


def read_body(body: bytes) -> Fields:
    """Read a JSON object; raises ApiError with Noko's own words."""

    def refuse_constant(name: str) -> NoReturn:
        raise ValueError(name)

    try:
        fields = json.loads(body, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise ApiError(failure(400, "JSON Parsing Error")) from None
    if not isinstance(fields, dict):
        raise ApiError(failure(400, "Body should be JSON Hash"))
    return fields


def check(fields: Fields, call: Call) -> NewEntry:
    """Judge the fields of a new entry; raises ApiError that names every field that is wrong."""
    errors: list[dict[str, str]] = []

    def wrong(field: str, code: str) -> None:
        errors.append({"resource": "Entry", "field": field, "code": code})

    date = _date(fields, wrong)
    minutes = _minutes(fields, wrong)
    description = _text(fields, "description", call.switches.max_description, wrong)
    source_url = _text(fields, "source_url", call.switches.max_source_url, wrong)
    if call.switches.numeric_hashtag == "refused" and any(tag.is_number for tag in hashtags(description or "")):
        wrong("description", "cannot_create_tags")
    user_id = _user(fields, call, wrong)
    project_id, new_project = _project(fields, call, wrong)
    if errors or date is None:
        raise ApiError(failure(400, "Validation Failed", errors))
    return NewEntry(user_id, date, minutes, description, source_url, project_id, new_project)


def check_duplicate(new: NewEntry, call: Call) -> None:
    """Refuse the exact same entry twice within the window, if that switch is on; raises ApiError."""
    switches = call.switches
    if switches.duplicate == "accepted":
        return
    wanted = (new.user_id, new.date, new.minutes, new.description, new.source_url, new.project_id)
    for old in reversed(call.books.entries()):
        if old.created_at <= call.now - switches.duplicate_window_ms:
            return
        same = (old.user_id, old.date, old.asked_minutes, old.description, old.source_url, old.project_id)
        if same == wanted:
            error = {"resource": "Entry", "field": "base", "code": switches.duplicate_code}
            raise ApiError(failure(400, switches.duplicate_message, [error]))


def _date(fields: Fields, wrong: Wrong) -> dt.date | None:
    value = fields.get("date")
    if value is None:
        wrong("date", "missing_field")
        return None
    try:
        return read_date(value)
    except (TypeError, ValueError):
        wrong("date", "invalid")
        return None


def _minutes(fields: Fields, wrong: Wrong) -> int:
    value = fields.get("minutes")
    if value is None:
        wrong("minutes", "missing_field")
    elif type(value) is not int or not 0 <= value <= MAX_ID:
        wrong("minutes", "invalid")
    else:
        return value
    return 0


def _text(fields: Fields, field: str, limit: int | None, wrong: Wrong) -> str | None:
    value = fields.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        wrong(field, "invalid")
        return None
    if limit is not None and len(value) > limit:
        wrong(field, "too_long")
    return value


def _user(fields: Fields, call: Call, wrong: Wrong) -> int:
    value = fields.get("user_id")
    if value is None or value == call.caller.id:
        return call.caller.id
    user = call.books.user(value) if type(value) is int else None
    if user is None:
        wrong("user_id", "missing" if type(value) is int and 1 <= value <= MAX_ID else "invalid")
        return call.caller.id
    if not call.caller.may_log_for_others:
        error = {"resource": "Entry", "field": "user_id", "code": "insufficent_permissions"}
        raise ApiError(failure(call.switches.for_others_status, "Validation Failed", [error]))
    if user.state != "active" and call.switches.inactive_user == "refused":
        wrong("user_id", "missing")
    return user.id


def _project(fields: Fields, call: Call, wrong: Wrong) -> tuple[int | None, str | None]:
    number, name = fields.get("project_id"), _text(fields, "project_name", None, wrong)
    if number is None and name is None:
        return None, None
    if number is not None:
        project = call.books.project(number) if type(number) is int else None
        if project is None:
            wrong("project_id", "missing" if type(number) is int and 1 <= number <= MAX_ID else "invalid")
            return None, None
    else:
        project = call.books.project_named(name or "")
        if project is None:
            if call.switches.unknown_project != "created":
                wrong("project_name", call.switches.unknown_project)
            return None, name
    if not project.enabled and call.switches.archived_project == "refused":
        wrong("project_id" if number is not None else "project_name", "archived_project")
    return project.id, None
