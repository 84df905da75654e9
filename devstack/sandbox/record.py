"""What the books hold: users, projects, tags, entries. Instants are milliseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

Role = Literal["supervisor", "leader", "coworker", "contractor"]
State = Literal["disabled", "pending", "active", "suspended"]


@dataclass(frozen=True, slots=True)
class User:
    """A person of the account."""

    id: int
    email: str
    first_name: str
    last_name: str
    role: Role = "coworker"
    state: State = "active"
    created_at: int = 0

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def may_log_for_others(self) -> bool:
        """Whether the role allows entries for other people."""
        return self.role in {"supervisor", "leader"}

    @property
    def may_approve(self) -> bool:
        """Whether the role allows approving entries."""
        return self.role == "supervisor"


@dataclass(frozen=True, slots=True)
class Project:
    """A project; `enabled` is False once it is archived. Minutes are rounded up to `billing_increment`."""

    id: int
    name: str
    billing_increment: int = 15
    enabled: bool = True
    billable: bool = True
    color: str = "#ff9898"
    group_id: int | None = None
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: a hashtag that was used, or one made beforehand. `formatted_name` is how a description holds it."""

    id: int
    name: str
    billable: bool = True
    import_id: int | None = None
    created_at: int = 0
    updated_at: int = 0

    @property
    def formatted_name(self) -> str:
        """The hashtag."""
        return f"#{self.name}" if self.billable else f"#{self.name}*"


@dataclass(frozen=True, slots=True)
class Entry:
    """A time entry. `asked_minutes` is what was sent, `minutes` what rounding made of it.

    `minutes`, `tag_ids` and `billable` follow from the other fields whenever the books take an entry.
    """

    id: int
    date: dt.date
    user_id: int
    asked_minutes: int
    description: str | None
    project_id: int | None
    source_url: str | None
    created_at: int
    updated_at: int
    minutes: int = 0
    tag_ids: tuple[int, ...] = ()
    billable: bool = True
    invoiced_at: int | None = None
    invoice_id: int | None = None
    import_id: int | None = None
    approved_at: int | None = None
    approved_by: int | None = None
