"""The calls under `/entries` (https://developer.nokotime.com/v2/entries/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.filter import at_least, at_most, contains, flag, narrow, one_of, read_ids
from devstack.sandbox.instant import moment, read_date, read_stamp
from devstack.sandbox.message import ApiError, Response, failure, json_response
from devstack.sandbox.page import paged
from devstack.sandbox.rule import check, check_duplicate, read_body
from devstack.sandbox.shape import full_entry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

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


def index(call: Call) -> Response:
    """List entries, newest date first."""
    combined = call.request.parameter("tag_filter_type") == "combination of"
    filters = FILTERS | {"tag_ids": _any_tag if combined else _all_tags}
    found = narrow(call.books.entries(as_of=call.as_of), call.request, filters)
    found.sort(key=lambda entry: (entry.date, entry.id), reverse=True)
    return paged(call, "/entries", found, lambda entry: full_entry(entry, call.books, call.base_url))


def show(call: Call) -> Response:
    """Get one entry."""
    entry = call.books.entry(call.ids[0])
    if entry is None:
        raise ApiError(failure(404, "Not Found"))
    return json_response(200, full_entry(entry, call.books, call.base_url))


def create(call: Call) -> Response:
    """Log an entry."""
    new = check(read_body(call.request.body), call)
    check_duplicate(new, call)
    project_id = new.project_id
    if new.new_project is not None:
        project_id = call.books.add_project(new.new_project, created_at=call.now).id
    entry = call.books.log(
        user_id=new.user_id,
        date=new.date,
        minutes=new.minutes,
        description=new.description,
        project_id=project_id,
        source_url=new.source_url,
        at=call.now,
    )
    shaped = full_entry(entry, call.books, call.base_url)
    return json_response(201, shaped, [("Location", shaped["url"])])
