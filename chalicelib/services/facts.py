"""What GitHub knows of the commits of one delivery, as far as it may be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import AuthenticationError, GitHubError, GitHubUnavailable, told

if TYPE_CHECKING:
    from chalicelib.domain.commit_facts import CommitFacts
    from chalicelib.domain.entry import Draft
    from chalicelib.ports import Ports

MOST_ASKED = 100
"""Of a delivery with more drafts than this nothing is asked: an import must not use up GitHub's hour."""
PATIENCE_MS = 30_000
"""How much of the invocation has to be left for another question."""


class Facts:
    """The facts of one delivery's commits. GitHub is asked once for each, and after a failure no more."""

    def __init__(self, drafts: int, *, ports: Ports, deadline: int) -> None:
        self._ports = ports
        self._deadline = deadline
        self._is_open = ports.github is not None and drafts <= MOST_ASKED
        self._known: dict[str, CommitFacts | None] = {}

    def of(self, draft: Draft) -> CommitFacts | None:
        """Return what GitHub knows; None without a token, when it does not answer, and when it has no such commit."""
        github, sha = self._ports.github, draft.key.rpartition(":")[2]
        if github is None or not draft.repository:
            return None
        if sha not in self._known and self._is_open and self._ports.clock.now() < self._deadline - PATIENCE_MS:
            try:
                self._known[sha] = github.commit(draft.repository, sha)
            except (GitHubUnavailable, GitHubError, AuthenticationError) as error:
                self._is_open = False
                self._ports.telemetry.event("github_not_asked", **told(error))
        return self._known.get(sha)
