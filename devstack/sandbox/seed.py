"""Entries by the thousand, so that lists, bulk calls and merges can be tried on an account with a past."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from devstack.sandbox.field import MAX_ID
from devstack.sandbox.instant import midnight, read_stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devstack.sandbox.book import Books

Id = Annotated[int, Field(ge=1, le=MAX_ID)]
_WORDS = ("#meeting with the team", "fix #bug", "#review of a change", "#travel* to the client", "plan the week")


class Row(BaseModel):
    """One entry as the control call takes it: what `Books.log` takes, with dates and timestamps as Noko writes them."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    user_id: Id
    date: dt.date
    minutes: Annotated[int, Field(ge=0, le=MAX_ID)]
    description: str | None = None
    project_id: Id | None = None
    source_url: str | None = None
    approved_at: str | None = None
    approved_by: Id | None = None
    invoiced_at: str | None = None
    invoice_id: Id | None = None
    import_id: Id | None = None
    created_at: str | None = None

    def arguments(self, books: Books) -> dict[str, Any]:
        """Return the arguments of `Books.log`; raises ValueError for an unknown user or project, or a timestamp."""
        given = self.model_dump(exclude_none=True)
        for field in ("user_id", "approved_by"):
            if field in given and books.user(given[field]) is None:
                raise ValueError(f"no user has the {field} {given[field]}")
        if self.project_id is not None and books.project(self.project_id) is None:
            raise ValueError(f"no project has the id {self.project_id}")
        stamps = {field: read_stamp(given[field]) for field in ("approved_at", "invoiced_at") if field in given}
        at = given.pop("created_at", None)
        return given | stamps | ({} if at is None else {"at": read_stamp(at)})


class Rows(BaseModel):
    """The body of the control call."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    entries: list[Row]


def past(books: Books, count: int, *, until: dt.date, days: int = 90) -> Iterator[dict[str, Any]]:
    """Make up `count` rows for `Books.log_many`, the same ones every time, spread over the `days` up to `until`.

    Users and projects take turns, archived projects and no project too. Of the entries, every third is approved,
    every seventh marked as invoiced, every eleventh on an invoice, and every thirteenth came by an import.
    """
    users = [user.id for user in books.users()]
    projects = [*(project.id for project in books.projects()), None]
    supervisor = next(user.id for user in books.users() if user.may_approve)
    for number in range(count):
        date = until - dt.timedelta(days=number * days // count)
        row: dict[str, Any] = {
            "user_id": users[number % len(users)],
            "date": date,
            "minutes": 5 + number * 7 % 240,
            "description": f"{_WORDS[number // 2 % len(_WORDS)]}, part {number}",
            "project_id": projects[number // len(users) % len(projects)],
            "at": midnight(date) + 43_200_000,
        }
        if number % 3 == 0:
            row |= {"approved_at": midnight(date) + 64_800_000, "approved_by": supervisor}
        if number % 7 == 0:
            row |= {"invoiced_at": midnight(date)}
        if number % 11 == 0:
            row |= {"invoiced_at": midnight(date), "invoice_id": 9_001 + number % 4}
        if number % 13 == 0:
            row |= {"import_id": 8_910}
        yield row
