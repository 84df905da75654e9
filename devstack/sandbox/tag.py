"""The calls under `/tags` (https://developer.nokotime.com/v2/tags/).

Where the documentation is silent: renaming a tag changes the descriptions too, as merging and deleting do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devstack.sandbox.entry import listed
from devstack.sandbox.field import Fields, Findings, is_id, read_body
from devstack.sandbox.filter import contains, flag, narrow
from devstack.sandbox.hashtag import MAX_LENGTH, read_name
from devstack.sandbox.page import paged
from devstack.sandbox.permission import may_manage_tags, require
from devstack.sandbox.shape import full_tag
from devstack.wire.message import ApiError, Response, failure, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.call import Call
    from devstack.sandbox.hashtag import Hashtag
    from devstack.sandbox.record import Tag

MERGING = "The user will be sent an email once this tag merge is complete."
FILTERS: dict[str, Callable[[str], Callable[[Tag], bool]]] = {
    "name": contains(lambda tag: tag.name),
    "billable": flag(lambda tag: tag.billable),
}


def index(call: Call) -> Response:
    """List tags."""
    found = narrow(call.books.tags(), call.request, FILTERS)
    return paged(call, "/tags", found, lambda tag: full_tag(tag, call.books, call.base_url))


def show(call: Call) -> Response:
    """Get one tag."""
    return json_response(200, full_tag(_wanted(call), call.books, call.base_url))


def entries(call: Call) -> Response:
    """List the entries of one tag."""
    tag = _wanted(call)
    wearing = [entry for entry in call.books.entries(as_of=call.as_of) if tag.id in entry.tag_ids]
    return listed(call, f"/tags/{tag.id}/entries", wearing)


def create(call: Call) -> Response:
    """Create tags, and answer with those that are new; what exists or cannot be is ignored."""
    fields, findings = read_body(call.request.body), Findings("Tag")
    names = fields.get("names")
    if names is None:
        findings.add("names", "missing_field")
    elif not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        findings.add("names", "invalid")
    findings.settle()
    asked = [hashtag for hashtag in map(read_name, names or ()) if hashtag is not None and may_manage_tags(call)]
    new = [call.books.add_tag(tag, at=call.now) for tag in asked if call.books.tag_named(tag.name) is None]
    return json_response(201, [full_tag(tag, call.books, call.base_url) for tag in new])


def edit(call: Call) -> Response:
    """Rename a tag, with a star at the end to make it unbillable and without one to make it billable."""
    tag = _free(call)
    fields, findings = read_body(call.request.body), Findings("Tag")
    if fields.get("name") is None:
        return show(call)
    hashtag = _name(fields, findings)
    namesake = None if hashtag is None else call.books.tag_named(hashtag.name)
    if namesake is not None and namesake.id != tag.id:
        findings.add("name", "already_exists")
    findings.settle()
    assert hashtag is not None
    renamed = call.books.rename_tag(tag.id, hashtag, at=call.now)
    return json_response(200, full_tag(renamed, call.books, call.base_url))


def merge(call: Call) -> Response:
    """Merge the tag `tag_id` into this one, in the background when many entries have it."""
    into = _free(call)
    fields, findings = read_body(call.request.body), Findings("Tag")
    value = fields.get("tag_id")
    tag = call.books.tag(value) if is_id(value) and value != into.id else None
    if value is None:
        findings.add("tag_id", "missing_field")
    elif tag is None:
        findings.add("tag_id", "missing" if is_id(value) and value != into.id else "invalid")
    findings.settle()
    assert tag is not None
    _refuse_locked(call, tag)
    if call.books.vocabulary.uses(tag.id) <= call.switches.large_merge:
        call.books.merge_tag(tag.id, into.id, at=call.now)
        return Response(204)
    held, due = {tag.id, into.id}, call.now + call.switches.merge_ms
    call.books.vocabulary.locked |= held

    def finish() -> None:
        call.books.vocabulary.locked -= held
        call.books.merge_tag(tag.id, into.id, at=due)

    call.later(due, finish)
    return json_response(202, {"message": MERGING})


def delete(call: Call) -> Response:
    """Delete one tag; the entries stay."""
    call.books.delete_tag(_free(call).id, at=call.now)
    return Response(204)


def delete_many(call: Call) -> Response:
    """Delete those of the tags that can be; nobody learns which."""
    require("Tag", permitted=may_manage_tags(call))
    findings = Findings("Tag")
    ids = findings.ids(read_body(call.request.body), "tag_ids")
    findings.settle()
    for tag_id in ids:
        if call.books.tag(tag_id) is not None and tag_id not in call.books.vocabulary.locked:
            call.books.delete_tag(tag_id, at=call.now)
    return Response(204)


def _wanted(call: Call) -> Tag:
    tag = call.books.tag(call.ids[0])
    if tag is None:
        raise ApiError(failure(404, "Not Found"))
    return tag


def _free(call: Call) -> Tag:
    """Return the tag that the path names; raises ApiError when it is locked or the caller may not change it."""
    tag = _wanted(call)
    require("Tag", permitted=may_manage_tags(call))
    _refuse_locked(call, tag)
    return tag


def _refuse_locked(call: Call, tag: Tag) -> None:
    if tag.id in call.books.vocabulary.locked:
        findings = Findings("Tag")
        findings.add("base", "locked")
        findings.settle("The tag is currently locked for merging and cannot be modified.")


def _name(fields: Fields, findings: Findings) -> Hashtag | None:
    value: Any = fields["name"]
    hashtag = read_name(value) if isinstance(value, str) else None
    if hashtag is None:
        long = isinstance(value, str) and len(value.removesuffix("*")) > MAX_LENGTH
        findings.add("name", "too_long" if long else "invalid")
    return hashtag
