"""Projects (https://developer.nokotime.com/v2/projects/)."""

from __future__ import annotations

from pydantic import Field

from chalicelib.noko.models.base import Lenient, NokoId
from chalicelib.noko.models.reference import NokoGroup, NokoImport  # noqa: TC001 - pydantic resolves annotations


class NokoProject(Lenient):
    """A project; as part of an entry without `group` and what follows it.

    `enabled` is false once it is archived; `billing_increment` is in minutes.
    """

    id: NokoId
    name: str | None = None
    billing_increment: int | None = None
    enabled: bool | None = None
    billable: bool | None = None
    color: str | None = None
    url: str | None = None
    group: NokoGroup | None = None
    import_: NokoImport | None = Field(default=None, alias="import")
    entries_url: str | None = None
    merge_url: str | None = None
    archive_url: str | None = None
    unarchive_url: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
