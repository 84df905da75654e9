"""The books: everything the account holds, in memory, with what it held before."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from devstack.sandbox.directory import Directory
from devstack.sandbox.hashtag import Hashtag, hashtags, reworded
from devstack.sandbox.record import Entry, Tag
from devstack.sandbox.vocabulary import Vocabulary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping
    from threading import RLock

    from devstack.sandbox.account import Account

FIRST_ENTRY_ID = 1_711_001


class Books(Directory):
    """Hold one account's users, projects, tags and entries.

    `log`, `edit`, `delete` and the rest are also how tests do what people do in Noko's own pages: none of
    them checks permissions or states. They raise KeyError for an id that is not there, and write `at` the
    given instant or now. Safe to use from any thread.
    """

    def __init__(self, account: Account, *, clock: Callable[[], int], lock: RLock | None = None) -> None:
        super().__init__(account, clock=clock, lock=lock)
        self.vocabulary = Vocabulary()
        self._entries: dict[int, Entry] = {}
        self._history: list[tuple[int, int, Entry | None]] = []
        self._entry_ids = count(FIRST_ENTRY_ID)

    def entries(self, *, as_of: int | None = None) -> list[Entry]:
        """List the entries by id, as they are or as they were at the instant `as_of`."""
        with self._lock:
            if as_of is None:
                return list(self._entries.values())
            past: dict[int, Entry] = {}
            for at, entry_id, entry in self._history:
                if at > as_of:
                    continue
                if entry is None:
                    past.pop(entry_id, None)
                else:
                    past[entry_id] = entry
            return [past[entry_id] for entry_id in sorted(past)]

    def entry(self, entry_id: int) -> Entry | None:
        """Return one entry."""
        with self._lock:
            return self._entries.get(entry_id)

    def log(
        self,
        *,
        user_id: int,
        date: dt.date,
        minutes: int,
        description: str | None = None,
        project_id: int | None = None,
        source_url: str | None = None,
        at: int | None = None,
        **state: Any,
    ) -> Entry:
        """Write a new entry. `state` is what else an `Entry` may have: approved, invoiced, imported."""
        with self._lock:
            now = self._at(at)
            number = next(self._entry_ids)
            new = Entry(number, date, user_id, minutes, description, project_id, source_url, now, now, **state)
            return self._keep(new)

    def log_many(self, rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
        """Write many entries, each row being the arguments of `log`; 3,000 take a tenth of a second."""
        with self._lock:
            return [self.log(**row) for row in rows]

    def edit(self, entry_id: int, *, at: int | None = None, **changes: Any) -> Entry:
        """Change fields of an entry; `minutes` are what a person types, before rounding."""
        with self._lock:
            if "minutes" in changes:
                changes["asked_minutes"] = changes.pop("minutes")
            return self._keep(replace(self._entries[entry_id], **({"updated_at": self._at(at)} | changes)))

    def delete(self, entry_id: int, *, at: int | None = None) -> None:
        """Remove an entry."""
        with self._lock:
            self.vocabulary.dress(entry_id, self._entries.pop(entry_id).tag_ids, ())
            self._history.append((self._at(at), entry_id, None))

    def tags(self) -> list[Tag]:
        """List the tags by id."""
        with self._lock:
            return self.vocabulary.all()

    def tag(self, tag_id: int) -> Tag | None:
        """Return one tag."""
        with self._lock:
            return self.vocabulary.get(tag_id)

    def tag_named(self, name: str) -> Tag | None:
        """Return the tag of that name, in any case."""
        with self._lock:
            return self.vocabulary.named(name)

    def add_tag(self, hashtag: Hashtag, *, at: int | None = None) -> Tag:
        """Make a tag that no entry wears yet; a known one is returned."""
        with self._lock:
            return self.vocabulary.take(hashtag, self._at(at))

    def rename_tag(self, tag_id: int, hashtag: Hashtag, *, at: int | None = None) -> Tag:
        """Give a tag a name that is free, and say whether it is billable; in the descriptions too."""
        with self._lock:
            now, old = self._at(at), self.vocabulary[tag_id].name
            tag = self.vocabulary.change(tag_id, now, name=hashtag.name, billable=hashtag.billable)
            self._reword(tag_id, old, tag.formatted_name, now)
            return tag

    def merge_tag(self, tag_id: int, into: int, *, at: int | None = None) -> None:
        """Put another tag in the place of one in the descriptions, and forget that one."""
        with self._lock:
            now, old = self._at(at), self.vocabulary[tag_id].name
            self._reword(tag_id, old, self.vocabulary.change(into, now).formatted_name, now)
            self.vocabulary.remove(tag_id)

    def delete_tag(self, tag_id: int, *, at: int | None = None) -> None:
        """Make a tag plain words in the descriptions, without `#` and star, and forget it."""
        with self._lock:
            now, old = self._at(at), self.vocabulary[tag_id].name
            self._reword(tag_id, old, old, now)
            self.vocabulary.remove(tag_id)

    def _reword(self, tag_id: int, name: str, words: str, now: int) -> None:
        for entry_id in self.vocabulary.wearers(tag_id):
            entry = self._entries[entry_id]
            self._keep(replace(entry, description=reworded(entry.description or "", name, words), updated_at=now))

    def _keep(self, entry: Entry) -> Entry:
        project = None if entry.project_id is None else self._projects[entry.project_id]
        increment = 1 if project is None else project.billing_increment
        tags = [self.vocabulary.take(hashtag, entry.updated_at) for hashtag in hashtags(entry.description or "")]
        kept = replace(
            entry,
            minutes=-(-entry.asked_minutes // increment) * increment,
            tag_ids=tuple(tag.id for tag in tags),
            billable=(project is None or project.billable) and all(tag.billable for tag in tags),
        )
        old = self._entries.get(kept.id)
        self.vocabulary.dress(kept.id, () if old is None else old.tag_ids, kept.tag_ids)
        self._entries[kept.id] = kept
        self._history.append((kept.updated_at, kept.id, kept))
        return kept

    def _at(self, at: int | None) -> int:
        return self._clock() if at is None else at
