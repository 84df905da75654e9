"""The `[digest]` table: when people hear what waits for them, and where."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.routing_file.kind import NotifyUrl, Table, TimeOfDay


class DigestTable(Table):
    """A message a day with what waits for somebody: held, malformed, refused, in need of attention. Off without it."""

    at: TimeOfDay = Field("08:00", description="When it is sent, in the time zone of `[defaults]`.", examples=["07:30"])
    notify: Annotated[list[NotifyUrl], Field(min_length=1, max_length=10)] = Field(
        description="Where it is sent: addresses that take a signed JSON POST, or names of settings that hold one, "
        "`slack` for `NOTIFY_SLACK_URL`.",
        examples=[["slack"]],
    )
