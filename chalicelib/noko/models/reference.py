"""Objects that only appear as part of others: an id, and a URL at which there is more."""

from __future__ import annotations

from chalicelib.noko.models.base import Lenient, NokoId


class NokoInvoice(Lenient):
    """The invoice that an entry is on. `state` is for instance `unpaid`; `invoice_date` is a date."""

    id: NokoId
    reference: str | None = None
    invoice_date: str | None = None
    state: str | None = None
    total_amount: int | float | str | None = None
    url: str | None = None


class NokoImport(Lenient):
    """The import that brought an object into the account."""

    id: NokoId
    url: str | None = None


class NokoGroup(Lenient):
    """The group that a project belongs to."""

    id: NokoId
    name: str | None = None
    url: str | None = None
