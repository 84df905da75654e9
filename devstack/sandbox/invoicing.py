"""The calls under `/entries` that mark them as invoiced elsewhere (https://developer.nokotime.com/v2/entries/).

An entry that was marked before gets the new date; one that stands on an invoice cannot be marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.entry import wanted
from devstack.sandbox.field import Findings, read_body
from devstack.sandbox.instant import midnight
from devstack.sandbox.permission import may_change, require, require_feature
from devstack.wire.message import Response

if TYPE_CHECKING:
    import datetime as dt

    from devstack.sandbox.call import Call
    from devstack.sandbox.record import Entry


def mark(call: Call) -> Response:
    """Mark one entry as invoiced."""
    require_feature(call, "invoicing")
    entry = wanted(call)
    require("Entry", permitted=may_change(call, entry))
    findings = Findings("Entry")
    date = findings.date(read_body(call.request.body), required=True)
    findings.settle()
    if entry.invoice_id is not None:
        findings.add("base", "already_invoiced")
    findings.settle("The Entry has already been invoiced.")
    _mark(call, entry, date)
    return Response(204)


def mark_many(call: Call) -> Response:
    """Mark those of the entries that can be; nobody learns which."""
    require_feature(call, "invoicing")
    fields, findings = read_body(call.request.body), Findings("Entry")
    ids = findings.ids(fields, "entry_ids", call.switches.max_entry_ids)
    date = findings.date(fields, required=True)
    findings.settle()
    for entry in map(call.books.entry, ids):
        if entry is not None and entry.invoice_id is None and may_change(call, entry):
            _mark(call, entry, date)
    return Response(204)


def _mark(call: Call, entry: Entry, date: dt.date | None) -> None:
    assert date is not None
    call.books.edit(entry.id, invoiced_at=midnight(date), at=call.now)
