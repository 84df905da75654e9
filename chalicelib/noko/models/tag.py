"""Tags (https://developer.nokotime.com/v2/tags/)."""

from __future__ import annotations

from pydantic import Field

from chalicelib.noko.models.base import Lenient, NokoId
from chalicelib.noko.models.reference import NokoImport  # noqa: TC001 - pydantic resolves annotations


class NokoTag(Lenient):
    """A tag; as part of an entry without `import` and what follows it.

    `formatted_name` is the hashtag, with a star at its end when it is unbillable; `entries` counts those that have it.
    """

    id: NokoId
    name: str | None = None
    billable: bool | None = None
    formatted_name: str | None = None
    url: str | None = None
    import_: NokoImport | None = Field(default=None, alias="import")
    entries: int | None = None
    entries_url: str | None = None
    merge_url: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
