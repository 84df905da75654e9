"""How commits arrived: what one update of a branch did to it, as far as it tells copies from new work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """One push to a branch. `head` is the SHA it left the branch at: with the branch it names the push.

    `forced` means that the branch was rewritten, `created` that it is new. `at` is when it was pushed, in
    milliseconds; None where the source does not say. `default_branch` is the repository's, where it is known.
    """

    branch: str
    head: str
    forced: bool = False
    created: bool = False
    at: int | None = None
    default_branch: str | None = None

    @property
    def name(self) -> str:
        """Name the push by what it did: two hooks that tell of one push tell the same."""
        return f"{self.branch}@{self.head}"

    @property
    def moves(self) -> bool:
        """Tell whether it may bring work that lay elsewhere before, instead of adding to what the branch held."""
        return self.forced or self.created
