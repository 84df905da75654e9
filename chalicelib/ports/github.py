"""GitHub's API, as far as services use it. There is none where no token is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.commit_facts import CommitFacts
    from chalicelib.github.models import CommitComment, Hook, HookDelivery, HookDeliveryDetail


class GitHub(Protocol):
    """GitHub's API, as far as services use it. `repository` is `owner/name`; a `place` is that, or an organisation.

    Every call may raise GitHubUnavailable (nobody answered, or a rate limit: then its `until` says when to come
    back, and calls before that raise at once), AuthenticationError (401) or GitHubError (a definite no), each
    before or after its request left. Asking twice is harmless, except that `comment` comments twice.
    """

    def commit(self, repository: str, sha: str) -> CommitFacts | None:
        """Read a commit and its lists of files; None if GitHub has none there, or shows it to nobody like us."""

    def compare(self, repository: str, base: str, head: str, *, page: int = 1) -> Iterator[Sequence[CommitFacts]]:
        """Read what `head` has and `base` has not, oldest first and without files, from a page on, each when asked for.

        As long as both are full SHAs, the same page holds the same commits each time.
        """

    def hooks(self, place: str) -> Sequence[Hook]:
        """List the webhooks of a repository or an organisation."""

    def deliveries(self, place: str, hook_id: int, *, since: int) -> Iterator[HookDelivery]:
        """Read a hook's attempts of delivery since an instant, newest first, page by page as they are asked for."""

    def delivery(self, place: str, hook_id: int, delivery_id: int) -> HookDeliveryDetail | None:
        """Read one attempt with what it sent; None if GitHub has forgotten it."""

    def redeliver(self, place: str, hook_id: int, delivery_id: int) -> None:
        """Ask for another attempt. It is made some time later, and nothing here says what becomes of it."""

    def set_status(self, repository: str, sha: str, *, state: str, context: str, description: str) -> None:
        """Put a status on a commit, instead of the one of the same context; the description is cut at 140."""

    def comments(self, repository: str, sha: str) -> Iterator[CommitComment]:
        """Read the comments on a commit, oldest first, page by page as they are asked for."""

    def comment(self, repository: str, sha: str, body: str) -> None:
        """Comment on a commit, in Markdown. A lost answer leaves open whether the comment is there."""
