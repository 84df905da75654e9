"""Judge where drafts go, asking Noko for its people and projects no more often than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import Held, Route
from chalicelib.domain.routing import DIRECTORY_CODES, resolve
from chalicelib.domain.routing_table import fingerprint
from chalicelib.services import directory as directories

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory
    from chalicelib.domain.entry import Draft
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports


class Judge:
    """One routing file and one directory, for as long as one invocation's job lasts."""

    def __init__(self, *, ports: Ports, routing: Routing, max_age_ms: int = directories.FRESH_MS) -> None:
        self._ports = ports
        self._routing = routing
        self._directory = directories.find(ports=ports, max_age_ms=max_age_ms)
        self._fingerprint: str | None = None
        self._asked_again = False

    @property
    def is_blind(self) -> bool:
        """Tell whether no directory is to be had at all, so that nothing can be judged."""
        return self._directory is None

    @property
    def fingerprint(self) -> str:
        """Return the hash of all that a verdict rests on."""
        if self._fingerprint is None:
            self._fingerprint = fingerprint(self._routing, self._directory_at_hand())
        return self._fingerprint

    def verdict(self, draft: Draft, *, received_at: int) -> Route | Held | None:
        """Say where a draft goes or why it is held; None when that cannot be said for certain now."""
        verdict = resolve(draft, self._routing, self._directory_at_hand(), received_at=received_at)
        if not self._rests_on_absence(verdict) or self._is_definite():
            return verdict
        if not self._asked_again:
            self._asked_again = True
            self._directory = directories.find(ports=self._ports, max_age_ms=directories.DEFINITE_MS)
            self._fingerprint = None
            verdict = resolve(draft, self._routing, self._directory_at_hand(), received_at=received_at)
        return verdict if self._is_definite() or not self._rests_on_absence(verdict) else None

    def _directory_at_hand(self) -> Directory:
        assert self._directory is not None, "a blind judge was asked"
        return self._directory

    def _is_definite(self) -> bool:
        return directories.is_definite(self._directory_at_hand(), now=self._ports.clock.now())

    @staticmethod
    def _rests_on_absence(verdict: Route | Held) -> bool:
        return isinstance(verdict, Held) and verdict.code in DIRECTORY_CODES
