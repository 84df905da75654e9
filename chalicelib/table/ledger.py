"""The whole ledger on one DynamoDB table."""

from __future__ import annotations

import dataclasses
import json
import zlib
from typing import TYPE_CHECKING

from chalicelib.domain.directory import Directory, Project, Tags, User
from chalicelib.domain.entry import FORM, Note
from chalicelib.ports import StoreCard, StoredNote
from chalicelib.table.copies import TableCopies
from chalicelib.table.deliveries import TableDeliveries
from chalicelib.table.entries import TableEntries
from chalicelib.table.index import span
from chalicelib.table.layout import Layout, expires_at
from chalicelib.table.runs import TableRuns
from chalicelib.table.tag_part import names_in, tag_parts
from chalicelib.table.windows import TableWindows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.retention import Retention
    from chalicelib.ports.table import Item, Table


class TableLedger(TableDeliveries, TableWindows, TableEntries, TableCopies, TableRuns):
    """The `Ledger` port."""

    def __init__(self, table: Table, *, account: str, kept: Retention | None = None) -> None:
        super().__init__(table, Layout(account, kept))

    def expire(self, *, now: int, limit: int) -> int:
        """Have the table do it."""
        return self._table.expire(now, limit)

    def put_note(self, note: Note, *, delivery: str, now: int) -> None:
        """Put, whatever is there."""
        self._table.put(
            {
                "PK": self._layout.pk("note", note.subject),
                "SK": "note",
                "delivery": delivery,
                "noted_at": now,
                **dataclasses.asdict(note),
                **self._index(note, now),
                "expires_at": expires_at(now, self._layout.kept.notes_days),
            }
        )

    def _index(self, note: Note, now: int) -> Item:
        """Return by what a note is found: a commit's by its first digits, a form's by its month."""
        if note.subject.startswith(FORM):
            return {"month": self._layout.month("notes", now), "at": now}
        return {"sha_head": self._layout.sha_head(note.subject), "sha": note.subject}

    def note(self, subject: str) -> StoredNote | None:
        """Read one."""
        item = self._table.get(self._layout.pk("note", subject), "note")
        return _note(item) if item is not None else None

    def form_notes(self, *, since: int, until: int) -> Iterator[StoredNote]:
        """Read month by month."""
        for item in span(self._table, self._layout, "notes", since=since, until=until):
            stored = self._table.get(str(item["PK"]), "note")
            if stored is not None:
                yield _note(stored)

    def directory(self) -> Directory | None:
        """Read the card."""
        item = self._table.get(self._layout.pk("directory"), "directory")
        if item is None or not isinstance(item["body"], bytes):
            return None
        data = json.loads(zlib.decompress(item["body"]))
        return Directory(
            users=tuple(User(**user) for user in data["users"]),
            projects=tuple(Project(**project) for project in data["projects"]),
            fetched_at=int(item["fetched_at"]),
            tags=self._tags(item),
        )

    def put_directory(self, directory: Directory) -> None:
        """Put the card, compressed: five thousand people fit. Tags, if they are known, go beside it, and first.

        What another writer comes between with is Noko's tags too, of a moment before or after.
        """
        tags = directory.tags
        parts = tag_parts(tags.names) if tags is not None else []
        for number, part in enumerate(parts):
            self._table.put({"PK": self._layout.pk("directory"), "SK": f"tags#{number:03d}", "body": part})
        data = {
            "users": [dataclasses.asdict(user) for user in directory.users],
            "projects": [dataclasses.asdict(project) for project in directory.projects],
        }
        self._table.put(
            {
                "PK": self._layout.pk("directory"),
                "SK": "directory",
                "fetched_at": directory.fetched_at,
                "body": zlib.compress(json.dumps(data).encode()),
                "tags_fetched_at": tags.fetched_at if tags is not None else None,
                "tag_parts": len(parts) if tags is not None else None,
            }
        )

    def _tags(self, card: Item) -> Tags | None:
        if "tag_parts" not in card:
            return None
        pk = self._layout.pk("directory")
        items = [self._table.get(pk, f"tags#{number:03d}") for number in range(int(card["tag_parts"]))]
        bodies = [item["body"] for item in items if item is not None and isinstance(item["body"], bytes)]
        if len(bodies) < len(items):
            return None
        return Tags(frozenset(name for body in bodies for name in names_in(body)), int(card["tags_fetched_at"]))

    def claim_store(self, owner: str, *, now: int) -> StoreCard:
        """Put the card if absent."""
        item: Item = {"PK": self._layout.pk("store"), "SK": "store", "owner": owner, "since": now}
        lost = self._table.put(item, "attribute_not_exists(PK)")
        return StoreCard(owner, now) if lost is None else _card(lost.item)


def _note(item: Item) -> StoredNote:
    values = {field.name: str(item[field.name]) for field in dataclasses.fields(Note) if field.name in item}
    return StoredNote(Note(**values), str(item["delivery"]), int(item["noted_at"]))


def _card(item: Item) -> StoreCard:
    """Read the card; one from before the instant was kept is older than whatever it is asked for."""
    return StoreCard(str(item["owner"]), int(item.get("since", 0)))
