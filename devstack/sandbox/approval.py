"""The calls under `/entries` that approve and unapprove them (https://developer.nokotime.com/v2/entries/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.entry import is_archived, wanted
from devstack.sandbox.field import Findings, read_body
from devstack.sandbox.permission import require, require_feature
from devstack.wire.message import Response

if TYPE_CHECKING:
    from devstack.sandbox.call import Call
    from devstack.sandbox.field import Fields
    from devstack.sandbox.record import Entry


def approve(call: Call) -> Response:
    """Approve one entry; a supervisor's call."""
    require_feature(call, "approvals")
    entry = wanted(call)
    require("Entry", permitted=call.caller.may_approve)
    findings = Findings("Entry")
    at = findings.stamp(read_body(call.request.body, optional=True), "approved_at")
    findings.settle()
    if entry.approved_at is not None:
        findings.add("base", "already_approved")
    if is_archived(call, entry):
        findings.add("base", "archived_project")
    findings.settle("The Entry cannot be approved.")
    _approve(call, entry, at)
    return Response(204)


def approve_many(call: Call) -> Response:
    """Approve those of the entries that can be; nobody learns which."""
    fields, findings, entries = _many(call)
    at = findings.stamp(fields, "approved_at")
    findings.settle()
    for entry in entries:
        if entry.approved_at is None:
            _approve(call, entry, at)
    return Response(204)


def unapprove(call: Call) -> Response:
    """Unapprove one entry, or leave it as it is; a supervisor's call."""
    require_feature(call, "approvals")
    entry = wanted(call)
    require("Entry", permitted=call.caller.may_approve)
    if is_archived(call, entry):
        findings = Findings("Entry")
        findings.add("base", "archived_project")
        findings.settle("The Entry cannot be unapproved.")
    _unapprove(call, entry)
    return Response(204)


def unapprove_many(call: Call) -> Response:
    """Unapprove those of the entries that can be; nobody learns which."""
    _, findings, entries = _many(call)
    findings.settle()
    for entry in entries:
        _unapprove(call, entry)
    return Response(204)


def _many(call: Call) -> tuple[Fields, Findings, list[Entry]]:
    """Return the body, the findings on it, and the entries of the call that may change at all."""
    require_feature(call, "approvals")
    ignored = not call.caller.may_approve and call.switches.bulk_approval_by_others == "ignored"
    require("Entry", permitted=call.caller.may_approve or ignored)
    fields, findings = read_body(call.request.body), Findings("Entry")
    found = map(call.books.entry, findings.ids(fields, "entry_ids", call.switches.max_entry_ids))
    entries = [entry for entry in found if entry is not None and not is_archived(call, entry)]
    return fields, findings, [] if ignored else entries


def _approve(call: Call, entry: Entry, at: int | None) -> None:
    approved_at = call.now if at is None else at
    call.books.edit(entry.id, approved_at=approved_at, approved_by=call.caller.id, at=call.now)


def _unapprove(call: Call, entry: Entry) -> None:
    if entry.approved_at is not None:
        call.books.edit(entry.id, approved_at=None, approved_by=None, at=call.now)
