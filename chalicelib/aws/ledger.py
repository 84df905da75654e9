"""The whole ledger on one DynamoDB table."""

from __future__ import annotations

import dataclasses
import json
import zlib
from typing import TYPE_CHECKING

from chalicelib.aws.deliveries import AwsDeliveries
from chalicelib.aws.entries import AwsEntries
from chalicelib.aws.layout import NOTE_LIFE_DAYS, Layout, expires_at
from chalicelib.aws.runs import AwsRuns
from chalicelib.domain.directory import Directory, Project, User
from chalicelib.domain.entry import Note
from chalicelib.ports import StoreCard, StoredNote

if TYPE_CHECKING:
    from chalicelib.aws.table import Item, Table


class AwsLedger(AwsDeliveries, AwsEntries, AwsRuns):
    """The `Ledger` port."""

    def __init__(self, table: Table, *, account: str) -> None:
        super().__init__(table, Layout(account))

    def put_note(self, note: Note, *, delivery: str, now: int) -> None:
        """Put, whatever is there."""
        self._table.put(
            {
                "PK": self._layout.pk("note", note.sha),
                "SK": "note",
                "delivery": delivery,
                "noted_at": now,
                **dataclasses.asdict(note),
                "sha_head": self._layout.sha_head(note.sha),
                "expires_at": expires_at(now, NOTE_LIFE_DAYS),
            }
        )

    def note(self, sha: str) -> StoredNote | None:
        """Read one."""
        item = self._table.get(self._layout.pk("note", sha), "note")
        if item is None:
            return None
        text = item.get("text")
        note = Note(str(item["sha"]), str(item["kind"]), str(item["reason"]), str(text) if text is not None else None)
        return StoredNote(note, str(item["delivery"]), int(item["noted_at"]))

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
        )

    def put_directory(self, directory: Directory) -> None:
        """Put the card, compressed: five thousand people fit."""
        data = dataclasses.asdict(directory)
        self._table.put(
            {
                "PK": self._layout.pk("directory"),
                "SK": "directory",
                "fetched_at": directory.fetched_at,
                "body": zlib.compress(json.dumps(data).encode()),
            }
        )

    def claim_store(self, owner: str, *, now: int) -> StoreCard:
        """Put the card if absent."""
        item: Item = {"PK": self._layout.pk("store"), "SK": "store", "owner": owner, "since": now}
        lost = self._table.put(item, "attribute_not_exists(PK)")
        return StoreCard(owner, now) if lost is None else _card(lost.item)


def _card(item: Item) -> StoreCard:
    """Read the card; one from before the instant was kept is older than whatever it is asked for."""
    return StoreCard(str(item["owner"]), int(item.get("since", 0)))
