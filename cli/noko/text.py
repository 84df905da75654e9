"""A Noko entry in words: as a row, as a line, and as cells of a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.terminal import Column

if TYPE_CHECKING:
    from chalicelib.noko.models import NokoEntry, NokoUser
    from cli.terminal import Piece

COLUMNS = (
    Column("Noko id"),
    Column("date"),
    Column("min", right=True),
    Column("person", ratio=3),
    Column("project", ratio=2),
    Column("description", ratio=5),
    Column("state"),
)
CSV_HEAD = (
    "id",
    "date",
    "minutes",
    "billable",
    "person",
    "project",
    "description",
    "tags",
    "source_url",
    "approved_at",
    "invoiced_at",
)


def who(user: NokoUser | None) -> str:
    """Name a user: by e-mail, or by name where Noko does not tell it."""
    if user is None:
        return ""
    return user.email or " ".join(filter(None, (user.first_name, user.last_name))) or str(user.id)


def state(entry: NokoEntry) -> str:
    """Say whether an entry is approved or invoiced."""
    return ", ".join(word for word, at in (("approved", entry.approved_at), ("invoiced", entry.invoiced_at)) if at)


def row(entry: NokoEntry) -> list[Piece]:
    """Return the cells of `COLUMNS`."""
    return [
        str(entry.id),
        entry.date.isoformat(),
        "" if entry.minutes is None else str(entry.minutes),
        who(entry.user),
        project(entry),
        entry.description or "",
        (state(entry), "green"),
    ]


def work(entry: NokoEntry) -> str:
    """Return what was done on one line, without the id."""
    words = (f"{entry.minutes or 0:>4} min", entry.date.isoformat(), who(entry.user), project(entry) or "no project")
    return "  ".join(filter(None, (*words, entry.description)))


def line(entry: NokoEntry) -> str:
    """Return what was done, and whether it is approved or invoiced, on one line."""
    return "  ".join(filter(None, (work(entry), state(entry))))


def csv_cells(entry: NokoEntry) -> list[str | int | None]:
    """Return the cells of `CSV_HEAD`."""
    billable = None if entry.billable is None else str(entry.billable).lower()
    return [
        entry.id,
        entry.date.isoformat(),
        entry.minutes,
        billable,
        who(entry.user),
        project(entry),
        entry.description,
        " ".join(tags(entry)),
        entry.source_url,
        entry.approved_at,
        entry.invoiced_at,
    ]


def tags(entry: NokoEntry) -> list[str]:
    """Return an entry's tags as Noko writes them."""
    return [tag.formatted_name or f"#{tag.name}" for tag in entry.tags or ()]


def project(entry: NokoEntry) -> str:
    """Return the name of an entry's project, which it may lack."""
    return entry.project.name or str(entry.project.id) if entry.project is not None else ""
