"""What sets the pace: the queue of hints, and the one gate before Noko."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.throttle import Bucket, Decision, Kind


class Queue(Protocol):
    """Hints that something is to be done. Messages may be lost, doubled, late and out of order."""

    def send_delivery(self, key: str) -> None:
        """Ask for a delivery to be opened."""

    def send_entries(self, keys: Sequence[str], *, delay_s: int = 0) -> None:
        """Ask for entries to be posted; `delay_s` at most 900."""

    def send_letter(self, letter_id: str, *, delay_s: int = 0) -> None:
        """Ask for a letter to be delivered; `delay_s` at most 900."""

    def depth(self) -> int:
        """Estimate how many messages the `post` queue holds: visible, delayed and in flight."""


class Throttle(Protocol):
    """The one gate before Noko. Promises the rate among those who ask, not the arrival times at Noko."""

    def reserve(self, kind: Kind, *, now: int) -> Decision:
        """Take a slot, or learn until when to wait. A lost answer may waste a slot, never double one.

        Raises ClockSkewed when this process's clock is more than 5 s off the store's.
        """

    def penalise(self, *, now: int) -> None:
        """Let nobody take a slot for a while: Noko answered 429."""

    def record_outage(self) -> int:
        """Count an attempt that could not reach Noko; return how many there were in a row."""

    def record_contact(self) -> None:
        """Note that Noko answered, which ends a streak of outages."""

    def pause(self, reason: str, *, now: int) -> None:
        """Suspend everything but probes. A pause that is on stays as it is."""

    def resume(self, *, now: int) -> None:
        """End the pause."""

    def enter_restore(self, restored_to: int, *, now: int) -> None:
        """Give no more slots to postings; no probe ends this. Of several instants the earliest stays."""

    def leave_restore(self, restored_to: int, *, now: int) -> bool:
        """End the restore mode if it still is the one of `restored_to`; tell whether there is none any more."""

    def state(self) -> Bucket:
        """Read the item as it is."""
