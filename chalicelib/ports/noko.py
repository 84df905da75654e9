"""Noko, as far as services use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.throttle import Slot
    from chalicelib.noko.models import NokoEntry, NokoProject, NokoUser
    from chalicelib.noko.protocol import NewEntry


class Noko(Protocol):
    """Noko's API, as far as services use it.

    Every call takes its slots from the throttle itself, except that `create` is handed the slot that was
    waited for before the claim. The reading calls raise NokoUnavailable, AuthenticationError, Paused or
    NokoError, each before or after its request left: reading twice is harmless.
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

    def entry(self, noko_id: int) -> NokoEntry | None:
        """Get one entry; None if Noko has none of that id."""

    def users(self) -> Sequence[NokoUser]:
        """List all users."""

    def projects(self) -> Sequence[NokoProject]:
        """List all projects."""

    def current_user(self) -> NokoUser:
        """Ask whose token this is, as a probe: works while paused."""
