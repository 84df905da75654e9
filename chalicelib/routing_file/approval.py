"""The shape of `[[approvals]]`: when entries are approved in bulk, and which."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.domain.routing_table import MOST_APPROVED, MOST_DAYS
from chalicelib.routing_file.kind import (
    ApprovedAt,
    Minutes,
    Name,
    NotifyUrl,
    ProjectReference,
    Scope,
    Table,
    Tag,
    UserReference,
    When,
)

Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]


class ApprovalTable(Table):
    """A policy by which entries are approved in bulk, on a schedule. What all of its keys ask for is approved."""

    name: Name = Field(description="The policy's name; unique.", examples=["weekly"])
    when: When = Field(
        description="When it runs, in the time zone of `[defaults]`: a weekday, `day N` of the month or "
        "`last working day`, and a time of day. A month without day N has its last day for it; working days are "
        "Monday to Friday. A time that the clocks skip is the next minute that there is, one that they show twice "
        "the first.",
        examples=["monday 06:00", "day 1 09:00", "last working day 18:00"],
    )
    older_than_days: Days = Field(
        3, description="Entries younger than this are left for their authors to mend.", examples=[3]
    )
    lookback_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = Field(
        92, description="Entries older than this are left alone.", examples=[92]
    )
    projects: Annotated[list[ProjectReference], Field(min_length=1)] | None = Field(
        None,
        description="Names or ids of the projects; without it, all of them, and what has none.",
        examples=[["Gear GmbH"]],
    )
    scope: Scope = Field(
        "ours",
        description="`ours` for entries that Tallyhook logged, `all` for everybody's.",
        examples=["ours"],
    )
    people: Annotated[list[UserReference], Field(min_length=1)] | None = Field(
        None, description="E-mails or ids of the Noko users; without it, all of them.", examples=[["jane@acme.example"]]
    )
    tags: Annotated[list[Tag], Field(min_length=1)] | None = Field(
        None, description="Only entries with one of these tags.", examples=[["dev"]]
    )
    without_tags: list[Tag] = Field([], description="No entries with any of these tags.", examples=[["draft"]])
    billable: bool | None = Field(
        None, description="Only what is billable, or only what is not; without it, both.", examples=[True]
    )
    max_minutes: Minutes | None = Field(
        None, description="What is longer than this is left for a person to look at.", examples=[600]
    )
    require_description: bool = Field(
        False, description="Whether entries without a description are left alone.", examples=[True]
    )
    approved_at: ApprovedAt = Field(
        "now",
        description="The instant that Noko shows: `now` for that at which the run began, `due` for that at which it "
        "was due.",
        examples=["due"],
    )
    limit: Annotated[int, Field(ge=1, le=MOST_APPROVED)] = Field(
        5000,
        description="How many entries a run approves at most, the oldest first; the rest is left for the next one.",
        examples=[500],
    )
    notify: Annotated[list[NotifyUrl], Field(max_length=10)] = Field(
        [],
        description="Addresses that are told how each run ended; `https`, or `http` on this machine, or the name of "
        "a setting: `ops` stands for what `NOTIFY_OPS_URL` holds.",
        examples=[["https://hooks.acme.example/approvals"]],
    )
