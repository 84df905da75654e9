"""What comes out of a queue, whichever queue that is: what a poller needs, and Lambda does by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Name = Literal["open", "post", "tell"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message in somebody's hands. `receipt` is of this one time; `receives` counts the times, this one too."""

    id: str
    receipt: str
    body: str
    receives: int


class Mailbox(Protocol):
    """One queue. What is received and not deleted comes again, and after five times lies with the dead letters."""

    def receive(self) -> Message | None:
        """Wait a second at most for a message; raises StoreUnavailable."""

    def delete(self, message: Message) -> None:
        """Forget a message that was dealt with; raises StoreUnavailable."""


class Mailboxes(Protocol):
    """The queues of one store."""

    def of(self, name: Name) -> Mailbox:
        """Return the queue of that name."""
