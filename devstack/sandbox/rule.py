"""What a new or an edited entry must be like.

Source: https://developer.nokotime.com/v2/entries/, "Create an Entry" and "Edit an Entry".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devstack.sandbox.field import Fields, Findings, is_id
from devstack.sandbox.hashtag import hashtags
from devstack.sandbox.permission import may_manage_tags
from devstack.wire.message import ApiError, failure

if TYPE_CHECKING:
    import datetime as dt

    from devstack.sandbox.call import Call
    from devstack.sandbox.record import Entry


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


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes that an entry may undergo; `new_project` as in `NewEntry`."""

    changes: dict[str, Any]
    new_project: str | None


def check(fields: Fields, call: Call) -> NewEntry:
    """Judge the fields of a new entry; raises ApiError that names every field that is wrong."""
    findings = Findings("Entry")
    date = findings.date(fields, required=True)
    minutes = findings.minutes(fields, required=True)
    description = _description(fields, call, findings)
    source_url = findings.text(fields, "source_url", call.switches.max_source_url)
    user_id = _user(fields, call, findings, call.caller.id)
    project_id, new_project = _project(fields, call, findings, None)
    findings.settle()
    assert date is not None
    return NewEntry(user_id, date, minutes, description, source_url, project_id, new_project)


def check_edit(fields: Fields, entry: Entry, call: Call) -> Edit:
    """Judge the fields of an edit, of which none is required; raises ApiError as `check` does.

    What is not given stays, but the minutes: without them the entry has none. A null takes a text away.
    """
    findings = Findings("Entry")
    if entry.approved_at is not None:
        findings.add("base", "approved_and_locked")
        findings.settle("The Entry has been approved and locked, and cannot be modified.")
    changes: dict[str, Any] = {"minutes": findings.minutes(fields, required=False)}
    date = findings.date(fields, required=False)
    if date is not None:
        changes["date"] = date
    if "description" in fields:
        changes["description"] = _description(fields, call, findings)
    if "source_url" in fields:
        changes["source_url"] = findings.text(fields, "source_url", call.switches.max_source_url)
    changes["user_id"] = _user(fields, call, findings, entry.user_id)
    changes["project_id"], new_project = _project(fields, call, findings, entry.project_id)
    findings.settle()
    return Edit(changes, new_project)


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


def _description(fields: Fields, call: Call, findings: Findings) -> str | None:
    description = findings.text(fields, "description", call.switches.max_description)
    found = hashtags(description or "")
    numbers = call.switches.numeric_hashtag == "refused" and any(tag.is_number for tag in found)
    unknown = any(call.books.tag_named(tag.name) is None for tag in found)
    if numbers or (unknown and not may_manage_tags(call)):
        findings.add("description", "cannot_create_tags")
    return description


def _user(fields: Fields, call: Call, findings: Findings, default: int) -> int:
    value = fields.get("user_id")
    if value is None or value == default:
        return default
    user = call.books.user(value) if type(value) is int else None
    if user is None:
        findings.add("user_id", "missing" if is_id(value) else "invalid")
        return default
    if user.id != call.caller.id and not call.caller.may_log_for_others:
        alone = Findings("Entry")
        alone.add("user_id", "insufficent_permissions")
        alone.settle(status=call.switches.for_others_status)
    if user.state != "active" and call.switches.inactive_user == "refused":
        findings.add("user_id", "missing")
    return user.id


def _project(fields: Fields, call: Call, findings: Findings, default: int | None) -> tuple[int | None, str | None]:
    number, name = fields.get("project_id"), findings.text(fields, "project_name")
    if number is None and name is None:
        return default, None
    if number is not None:
        project = call.books.project(number) if type(number) is int else None
        if project is None:
            findings.add("project_id", "missing" if is_id(number) else "invalid")
            return default, None
    else:
        project = call.books.project_named(name or "")
        if project is None:
            if call.switches.unknown_project != "created":
                findings.add("project_name", call.switches.unknown_project)
            return default, name
    if project.id != default and not project.enabled and call.switches.archived_project == "refused":
        findings.add("project_id" if number is not None else "project_name", "archived_project")
    return project.id, None
