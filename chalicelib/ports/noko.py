"""Noko, as far as services use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.throttle import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.throttle import Slot
    from chalicelib.exchange.message import Answer
    from chalicelib.noko.answer import Portion
    from chalicelib.noko.filter import EntryFilter
    from chalicelib.noko.models import NokoEntry, NokoProject, NokoTag, NokoUser
    from chalicelib.noko.protocol import Call, NewEntry


class Carrier(Protocol):
    """Carries single calls of the API: what `noko.entries.Entries` and its neighbours stand on."""

    def carry(self, call: Call, *, kind: Kind = Kind.JOB) -> Answer:
        """Send a call once, redirects followed, and return an answer that says yes.

        Raises NokoError, AuthenticationError or another Unavailable when it did not happen, and Uncertain when
        nobody knows whether a change did.
        """

    def pages(self, call: Call) -> Iterator[Answer]:
        """Yield the pages of a list, each asked for when it is wanted; raises what `carry` does, between two pages."""


class Noko(Carrier, Protocol):
    """Noko's API, as far as services use it.

    Every call takes its slots from the throttle itself, except that `create` is handed the slot that was
    waited for before the claim. The reading calls raise NokoUnavailable, AuthenticationError, Paused or
    NokoError, each before or after its request left: reading twice is harmless. Those that change something raise
    the same when it did not happen, and Uncertain when nobody knows.
    """

    def create(self, new: NewEntry, *, slot: Slot, lease_until: int) -> Outcome:
        """Try once to create an entry. Never raises for what Noko or the network does."""

    def entries(self, *, updated_from: int, user_ids: Sequence[int]) -> Sequence[NokoEntry]:
        """List the entries updated since `updated_from`, all pages, or raise: never a part."""

    def entries_between(
        self, date_from: dt.date, date_to: dt.date, user_ids: Sequence[int] = ()
    ) -> Sequence[NokoEntry]:
        """List the entries dated in a span, both ends included, all pages, or raise: never a part.

        Without `user_ids` those of everybody. One that is moved between two pages may be seen twice, or not.
        """

    def each_entry(self, wanted: EntryFilter) -> Iterator[NokoEntry]:
        """Yield the entries that pass a filter, a page at a time, newest date first.

        What was yielded before it raises is a part: `list` of it is all or nothing. See `entries_between` for
        entries that move meanwhile.
        """

    def entry(self, noko_id: int) -> NokoEntry | None:
        """Get one entry; None if Noko has none of that id."""

    def users(self) -> Sequence[NokoUser]:
        """List all users."""

    def projects(self) -> Sequence[NokoProject]:
        """List all projects."""

    def tags(self) -> Sequence[NokoTag]:
        """List all tags."""

    def current_user(self) -> NokoUser:
        """Ask whose token this is, as a probe: works while paused."""

    def approve(self, entry_ids: Sequence[int], *, approved_at: int | None = None) -> Iterator[Portion]:
        """Approve entries as of an instant (ms), else as of now, a hundred in a call, which is made when iterated.

        Noko says yes whatever happened: read the entries back to see which are approved. The portions that were
        yielded before it raises are done.
        """

    def unapprove(self, entry_ids: Sequence[int]) -> Iterator[Portion]:
        """Take back approvals; as `approve`."""

    def edit_minutes(self, noko_id: int, minutes: int) -> NokoEntry:
        """Give an entry other minutes, and return what Noko made of them; doing it twice is harmless."""
