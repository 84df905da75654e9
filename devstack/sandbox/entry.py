"""The calls under `/entries` that read and write them (https://developer.nokotime.com/v2/entries/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.field import Findings, read_body
from devstack.sandbox.filter import at_least, at_most, contains, flag, narrow, one_of, read_ids
from devstack.sandbox.instant import moment, read_date, read_stamp
from devstack.sandbox.page import paged
from devstack.sandbox.permission import may_change, require
from devstack.sandbox.rule import check, check_duplicate, check_edit
from devstack.sandbox.shape import full_entry
from devstack.wire.message import ApiError, Response, failure, json_response

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from devstack.sandbox.call import Call
    from devstack.sandbox.record import Entry


def _day(instant: int | None) -> dt.date | None:
    return None if instant is None else moment(instant).date()


def _second(text: str) -> int:
    return read_stamp(text) // 1000


FILTERS: dict[str, Callable[[str], Callable[[Entry], bool]]] = {
    "user_ids": one_of(lambda entry: entry.user_id),
    "description": contains(lambda entry: entry.description),
    "project_ids": one_of(lambda entry: entry.project_id),
    "invoice_ids": one_of(lambda entry: entry.invoice_id),
    "import_ids": one_of(lambda entry: entry.import_id),
    "from": at_least(read_date, lambda entry: entry.date),
    "to": at_most(read_date, lambda entry: entry.date),
    "invoiced": flag(lambda entry: entry.invoiced_at is not None),
    "invoiced_at_from": at_least(read_date, lambda entry: _day(entry.invoiced_at)),
    "invoiced_at_to": at_most(read_date, lambda entry: _day(entry.invoiced_at)),
    "updated_from": at_least(_second, lambda entry: entry.updated_at // 1000),
    "updated_to": at_most(_second, lambda entry: entry.updated_at // 1000),
    "billable": flag(lambda entry: entry.billable),
    "approved_at_from": at_least(read_date, lambda entry: _day(entry.approved_at)),
    "approved_at_to": at_most(read_date, lambda entry: _day(entry.approved_at)),
    "approved_by_ids": one_of(lambda entry: entry.approved_by),
}


def _all_tags(text: str) -> Callable[[Entry], bool]:
    wanted = read_ids(text)
    return lambda entry: wanted <= set(entry.tag_ids)


def _any_tag(text: str) -> Callable[[Entry], bool]:
    wanted = read_ids(text)
    return lambda entry: not wanted.isdisjoint(entry.tag_ids)


TAG_FILTERS = {"and": _all_tags, "combination of": _any_tag}


def listed(call: Call, path: str, entries: Iterable[Entry]) -> Response:
    """Answer with those entries that pass the filters of the call, newest date first."""
    kind = call.request.parameter("tag_filter_type") or "and"
    if kind not in TAG_FILTERS:
        raise ApiError(failure(400, "tag_filter_type was not in the correct format"))
    found = narrow(entries, call.request, FILTERS | {"tag_ids": TAG_FILTERS[kind]})
    found.sort(key=lambda entry: (entry.date, entry.id), reverse=True)
    return paged(call, path, found, lambda entry: full_entry(entry, call.books, call.base_url))


def wanted(call: Call) -> Entry:
    """Return the entry that the path names; raises ApiError when there is none."""
    entry = call.books.entry(call.ids[0])
    if entry is None:
        raise ApiError(failure(404, "Not Found"))
    return entry


def is_archived(call: Call, entry: Entry) -> bool:
    """Tell whether an entry belongs to an archived project."""
    project = None if entry.project_id is None else call.books.project(entry.project_id)
    return project is not None and not project.enabled


def index(call: Call) -> Response:
    """List entries."""
    return listed(call, "/entries", call.books.entries(as_of=call.as_of))


def show(call: Call) -> Response:
    """Get one entry."""
    return json_response(200, full_entry(wanted(call), call.books, call.base_url))


def create(call: Call) -> Response:
    """Log an entry."""
    new = check(read_body(call.request.body), call)
    check_duplicate(new, call)
    entry = call.books.log(
        user_id=new.user_id,
        date=new.date,
        minutes=new.minutes,
        description=new.description,
        project_id=_made(call, new.new_project, new.project_id),
        source_url=new.source_url,
        at=call.now,
    )
    shaped = full_entry(entry, call.books, call.base_url)
    return json_response(201, shaped, [("Location", shaped["url"])])


def edit(call: Call) -> Response:
    """Edit an entry; without `minutes` it has 0 of them afterwards."""
    entry = wanted(call)
    require("Entry", permitted=may_change(call, entry))
    asked = check_edit(read_body(call.request.body), entry, call)
    project_id = _made(call, asked.new_project, asked.changes["project_id"])
    edited = call.books.edit(entry.id, **asked.changes | {"project_id": project_id, "at": call.now})
    return json_response(200, full_entry(edited, call.books, call.base_url))


def delete(call: Call) -> Response:
    """Delete an entry that is neither approved nor invoiced nor on an archived project."""
    entry = wanted(call)
    require("Entry", permitted=may_change(call, entry))
    findings = Findings("Entry")
    if entry.approved_at is not None:
        findings.add("base", "approved_and_locked")
    if entry.invoiced_at is not None:
        findings.add("base", "invoiced")
    if is_archived(call, entry):
        findings.add("base", "archived_project")
    findings.settle("The Entry cannot be deleted.")
    call.books.delete(entry.id, at=call.now)
    return Response(204)


def _made(call: Call, new_project: str | None, project_id: int | None) -> int | None:
    return project_id if new_project is None else call.books.add_project(new_project, created_at=call.now).id
