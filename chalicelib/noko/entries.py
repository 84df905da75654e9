"""The eleven actions on entries (https://developer.nokotime.com/v2/entries/)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.noko import check
from chalicelib.noko.action import ENTRIES
from chalicelib.noko.models import NokoEntry
from chalicelib.noko.resource import Resource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from chalicelib.noko.answer import Portion, Reply
    from chalicelib.noko.filter import EntryFilter
    from chalicelib.ports.noko import Carrier


class Entries(Resource):
    """Noko's time entries. The bulk actions send nothing before they are iterated, then a call for each portion.

    A project is always named by its id: a `project_name` that is not known would create a project.
    """

    def __init__(self, noko: Carrier) -> None:
        super().__init__(noko, ENTRIES)

    def list(self, wanted: EntryFilter | None = None, *, per_page: int = check.MAX_PER_PAGE) -> Iterator[NokoEntry]:
        """Yield the entries that pass the filter, newest date first, a page at a time.

        Raises in the middle when a page cannot be had: then what was yielded is a part. An entry that is changed
        between two pages may come twice, or not at all.
        """
        return self._listed("list", NokoEntry, wanted, per_page)

    def get(self, noko_id: int) -> NokoEntry:
        """Get one entry; raises NokoError with status 404 when there is none."""
        return self._got("get", NokoEntry, noko_id)

    def create(
        self,
        *,
        date: dt.date,
        minutes: int,
        user_id: int | None = None,
        project_id: int | None = None,
        description: str | None = None,
        source_url: str | None = None,
    ) -> NokoEntry:
        """Create an entry, for the token's owner unless `user_id` says for whom.

        Noko has no key that would keep it from being created twice: after Uncertain, look before trying again. Work
        that comes from a source goes through the ledger instead, which does.
        """
        texts = {"description": description, "source_url": source_url}
        fields = {"date": check.date(date), "minutes": check.minutes(minutes)} | _given(user_id, project_id, texts)
        return self._made("create", NokoEntry, fields)

    def edit(
        self,
        noko_id: int,
        *,
        minutes: int,
        date: dt.date | None = None,
        user_id: int | None = None,
        project_id: int | None = None,
        description: str | None = None,
        source_url: str | None = None,
    ) -> NokoEntry:
        """Change an entry; what is None stays, and a blank text takes away what was there.

        `minutes` must be said each time: without them Noko would set the entry to 0. Doing it twice is harmless.
        """
        fields: dict[str, Any] = {"minutes": check.minutes(minutes)}
        if date is not None:
            fields["date"] = check.date(date)
        fields |= _given(user_id, project_id, {"description": description, "source_url": source_url})
        return self._made("edit", NokoEntry, fields, noko_id)

    def mark_invoiced(self, noko_id: int, *, date: dt.date) -> Reply:
        """Mark an entry as invoiced outside of Noko on a date."""
        return self._changed("mark_invoiced", noko_id, {"date": check.date(date)})

    def mark_many_invoiced(self, noko_ids: Iterable[int], *, date: dt.date) -> Iterator[Portion]:
        """Mark entries as invoiced outside of Noko, by portions; Noko ignores those that cannot be."""
        return self._many("mark_many_invoiced", noko_ids, {"date": check.date(date)})

    def approve(self, noko_id: int, *, approved_at: int | None = None) -> Reply:
        """Approve an entry as of an instant (ms), else as of now. It can then be neither edited nor deleted."""
        return self._changed("approve", noko_id, _approval(approved_at))

    def approve_many(self, noko_ids: Iterable[int], *, approved_at: int | None = None) -> Iterator[Portion]:
        """Approve entries, by portions; Noko ignores those that cannot be: list them to see which were."""
        return self._many("approve_many", noko_ids, _approval(approved_at))

    def unapprove(self, noko_id: int) -> Reply:
        """Take back the approval of an entry."""
        return self._changed("unapprove", noko_id)

    def unapprove_many(self, noko_ids: Iterable[int]) -> Iterator[Portion]:
        """Take back the approval of entries, by portions; Noko ignores those where it cannot."""
        return self._many("unapprove_many", noko_ids, {})

    def delete(self, noko_id: int) -> Reply:
        """Delete an entry for good. After a lost answer, a second try may well say 404."""
        return self._changed("delete", noko_id)

    def _many(self, name: str, noko_ids: Iterable[int], fields: dict[str, Any]) -> Iterator[Portion]:
        return self._in_portions(name, "entry_ids", check.some_ids(noko_ids, "entry_ids"), fields)


def _given(user_id: int | None, project_id: int | None, texts: dict[str, str | None]) -> dict[str, Any]:
    """Return those fields that are not None, checked."""
    ids = {"user_id": user_id, "project_id": project_id}
    return {name: check.noko_id(value, name) for name, value in ids.items() if value is not None} | {
        name: check.text(value, name) for name, value in texts.items() if value is not None
    }


def _approval(approved_at: int | None) -> dict[str, Any]:
    return {} if approved_at is None else {"approved_at": check.instant(approved_at, "approved_at")}
