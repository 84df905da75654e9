"""Time entries (https://developer.nokotime.com/v2/entries/)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic resolves annotations when it builds the model

from pydantic import Field

from chalicelib.noko.models.base import Lenient, NokoId
from chalicelib.noko.models.project import NokoProject  # noqa: TC001 - likewise
from chalicelib.noko.models.reference import NokoImport, NokoInvoice  # noqa: TC001 - likewise
from chalicelib.noko.models.tag import NokoTag  # noqa: TC001 - likewise
from chalicelib.noko.models.user import NokoUser  # noqa: TC001 - likewise


class NokoEntry(Lenient):
    """A time entry. `minutes` is what Noko made of ours: rounded up to the project's billing increment.

    `approved_at` is null until somebody approves it, `invoiced_at` until it is invoiced. Timestamps are as Noko
    writes them, `YYYY-MM-DDTHH:MM:SSZ`.
    """

    id: NokoId
    date: dt.date
    minutes: int | None = None
    user: NokoUser | None = None
    billable: bool | None = None
    description: str | None = None
    project: NokoProject | None = None
    tags: tuple[NokoTag, ...] | None = None
    source_url: str | None = None
    invoiced_at: str | None = None
    invoice: NokoInvoice | None = None
    import_: NokoImport | None = Field(default=None, alias="import")
    approved_at: str | None = None
    approved_by: NokoUser | None = None
    url: str | None = None
    invoiced_outside_of_noko_url: str | None = None
    approved_url: str | None = None
    unapproved_url: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
