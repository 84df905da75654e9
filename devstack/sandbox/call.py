"""One call to the API, with all that a room needs to answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devstack.sandbox.book import Books
    from devstack.sandbox.record import User
    from devstack.sandbox.switch import Switches
    from devstack.wire.message import Request

Later = Callable[[int, Callable[[], object]], None]
"""Called with an instant and with work to be done then."""


@dataclass(frozen=True, slots=True)
class Call:
    """An authentic call at the instant `now`, made by `caller`.

    `ids` are those in the path, `base_url` is what every URL in an answer starts with, and lists show the
    entries `as_of` an instant, or as they are when that is None. `later` is for what is done in the background.
    """

    request: Request
    caller: User
    now: int
    as_of: int | None
    books: Books
    switches: Switches
    base_url: str
    later: Later
    ids: tuple[int, ...] = ()
