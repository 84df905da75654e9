"""The only code that talks to Noko. Every request, page and redirect takes a slot of its own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from chalicelib.domain.interval import last_byte_out
from chalicelib.domain.outcome import Outcome, Unavailable
from chalicelib.domain.throttle import Kind
from chalicelib.errors import ConfigurationError, NokoError
from chalicelib.errors import Unavailable as NotNow
from chalicelib.noko import protocol
from chalicelib.noko.courier import Courier

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.throttle import Slot
    from chalicelib.noko.account import Projects, Users
    from chalicelib.noko.answer import Portion
    from chalicelib.noko.entries import Entries
    from chalicelib.noko.filter import EntryFilter
    from chalicelib.noko.models import NokoEntry, NokoProject, NokoTag, NokoUser
    from chalicelib.noko.protocol import NewEntry
    from chalicelib.noko.tags import Tags


class NokoClient(Courier):
    """The `Noko` port over HTTP. What creating an entry does not need is imported when it is first asked for."""

    def create(self, new: NewEntry, *, slot: Slot, lease_until: int) -> Outcome:
        """Try once; no first byte leaves later than the lease allows, or on a stale slot."""
        try:
            request = protocol.create(self._base_url, self._secrets.noko_token(), new)
            result = self._exchange(request, kind=Kind.POSTING, slot=slot, until=last_byte_out(lease_until))
        except (NotNow, ConfigurationError) as error:
            return Unavailable(str(error))
        return protocol.classify(result)

    def entries(self, *, updated_from: int, user_ids: Sequence[int]) -> Sequence[NokoEntry]:
        """List by `updated_from` (a UTC timestamp in whole seconds) and people, newest date first."""
        from chalicelib.noko.filter import EntryFilter  # noqa: PLC0415 - see the class

        return list(self.each_entry(EntryFilter(updated_from=updated_from, user_ids=tuple(user_ids))))

    def entries_between(
        self, date_from: dt.date, date_to: dt.date, user_ids: Sequence[int] = ()
    ) -> Sequence[NokoEntry]:
        """List by `from` and `to` (dates, both included) and people, newest date first."""
        from chalicelib.noko.filter import EntryFilter  # noqa: PLC0415 - see the class

        wanted = EntryFilter(date_from=date_from, date_to=date_to, user_ids=tuple(user_ids))
        return list(self.each_entry(wanted))

    def each_entry(self, wanted: EntryFilter) -> Iterator[NokoEntry]:
        """Yield the entries that pass a filter, a page at a time."""
        return self._entries.list(wanted)

    def entry(self, noko_id: int) -> NokoEntry | None:
        """Get one entry."""
        try:
            return self._entries.get(noko_id)
        except NokoError as error:
            if error.status == 404:
                return None
            raise

    def users(self) -> Sequence[NokoUser]:
        """List all users, whatever their state."""
        return list(self._users.list())

    def projects(self) -> Sequence[NokoProject]:
        """List all projects, archived ones too."""
        return list(self._projects.list())

    def tags(self) -> Sequence[NokoTag]:
        """List all tags."""
        return list(self._tags.list())

    def current_user(self) -> NokoUser:
        """Ask whose token this is."""
        return self._users.current(kind=Kind.PROBE)

    def approve(self, entry_ids: Sequence[int], *, approved_at: int | None = None) -> Iterator[Portion]:
        """Approve entries, a hundred in a call."""
        return self._entries.approve_many(entry_ids, approved_at=approved_at)

    def unapprove(self, entry_ids: Sequence[int]) -> Iterator[Portion]:
        """Take back approvals, a hundred in a call."""
        return self._entries.unapprove_many(entry_ids)

    def edit_minutes(self, noko_id: int, minutes: int) -> NokoEntry:
        """Give an entry other minutes."""
        return self._entries.edit(noko_id, minutes=minutes)

    @functools.cached_property
    def _entries(self) -> Entries:
        from chalicelib.noko.entries import Entries  # noqa: PLC0415 - see the class

        return Entries(self)

    @functools.cached_property
    def _users(self) -> Users:
        from chalicelib.noko.account import Users  # noqa: PLC0415 - see the class

        return Users(self)

    @functools.cached_property
    def _projects(self) -> Projects:
        from chalicelib.noko.account import Projects  # noqa: PLC0415 - see the class

        return Projects(self)

    @functools.cached_property
    def _tags(self) -> Tags:
        from chalicelib.noko.tags import Tags  # noqa: PLC0415 - see the class

        return Tags(self)
