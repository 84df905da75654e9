"""One call to the API, with all that a room needs to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devstack.github.message import failure, not_found
from devstack.wire.message import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.github.credential import Token
    from devstack.github.delivery import Deliveries, Delivery
    from devstack.github.forge import Forge
    from devstack.github.record import Commit, Repository
    from devstack.github.switch import Switches
    from devstack.wire.message import Request


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed the limiter.

    `owner` is the full name of the repository or the login of the organisation that it is about, `words` what
    its path names below that. `base_url` is what every URL in an answer starts with; in `Link` headers it is
    `link_url`, with ids instead of names. `redeliver` starts a redelivery and does not wait for it.
    """

    request: Request
    caller: Token
    forge: Forge
    deliveries: Deliveries
    switches: Switches
    base_url: str
    redeliver: Callable[[Delivery], None]
    owner: str = ""
    link_url: str = ""
    words: tuple[str, ...] = ()

    def commit(self, repository: Repository, ref: str) -> Commit:
        """Return the commit that a ref stands for; raises ApiError (404 or 422, and 409 in an empty repository)."""
        if not repository.commits:
            raise ApiError(failure(409, "Git Repository is empty."))
        found = repository.resolve(ref)
        if found is None:
            status = self.switches.unknown_sha_status
            raise not_found() if status == 404 else ApiError(failure(status, f"No commit found for SHA: {ref}"))
        return found

    def must_write(self) -> None:
        """Return if the caller may write here; raises ApiError (401, 403)."""
        if not self.caller.value:
            raise ApiError(failure(401, "Requires authentication"))
        if not (self.caller.may_write and self.caller.reaches(self.owner)):
            raise ApiError(failure(403, "Resource not accessible by personal access token"))

    def must_administer(self) -> None:
        """Return if the caller may see hooks here; raises ApiError (404)."""
        if not (self.caller.may_administer and self.caller.reaches(self.owner)):
            raise not_found()
