"""People (https://developer.nokotime.com/v2/users/)."""

from __future__ import annotations

from chalicelib.noko.models.base import Lenient, NokoId


class NokoUser(Lenient):
    """A person in the account; as part of an entry without `role`, `state` and what follows them.

    `role` is `supervisor`, `leader`, `coworker` or `contractor`; `state` is `disabled`, `pending`, `active` or
    `suspended`. Timestamps are `YYYY-MM-DDTHH:MM:SSZ`.
    """

    id: NokoId
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    profile_image_url: str | None = None
    url: str | None = None
    state: str | None = None
    role: str | None = None
    entries_url: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class NokoCurrentUser(NokoUser):
    """Whose token it is, with their settings. `utc_offset` is in seconds where Noko sends a number."""

    time_format: str | None = None
    week_start: str | None = None
    utc_offset: int | float | str | None = None
