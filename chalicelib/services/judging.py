"""Judge where drafts go and what they say, asking Noko for its people, projects and tags no more often than needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.entry import Held, Route
from chalicelib.domain.form_rule import rule_for
from chalicelib.domain.routing import DIRECTORY_CODES, resolve
from chalicelib.domain.routing_table import NewTags, fingerprint
from chalicelib.domain.tagging import UNKNOWN_TAG, described, may_meet_unknown, unknown_tags
from chalicelib.services import directory as directories

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.directory import Directory, Tags
    from chalicelib.domain.entry import Draft
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports

PEOPLE = "people and projects"
TAGS = "tags"


class Judge:
    """One routing file and one directory, for as long as one invocation's job lasts."""

    def __init__(
        self,
        *,
        ports: Ports,
        routing: Routing,
        max_age_ms: int = directories.FRESH_MS,
        find: Callable[..., Directory | None] = directories.find,
    ) -> None:
        self._ports = ports
        self._routing = routing
        self._max_age_ms = max_age_ms
        self._directory = find(ports=ports, max_age_ms=max_age_ms)
        self._has_tags = False
        self._fingerprint: str | None = None
        self._asked_again: set[str] = set()

    @property
    def directory(self) -> Directory | None:
        """Return what is known of Noko, None where no directory is to be had."""
        return self._directory

    @property
    def is_blind(self) -> bool:
        """Tell whether no directory is to be had at all, so that nothing can be judged."""
        return self._directory is None

    @property
    def fingerprint(self) -> str:
        """Return the hash of all that a verdict rests on."""
        if self._routing.holds_for_tags:
            self._find_tags()
        if self._fingerprint is None:
            self._fingerprint = fingerprint(self._routing, self._directory_at_hand())
        return self._fingerprint

    def verdict(self, draft: Draft, *, received_at: int) -> Route | Held | None:
        """Say where a draft goes or why it is held; None when that cannot be said for certain now."""
        self._find_tags_for(draft)
        while True:
            verdict = resolve(draft, self._routing, self._directory_at_hand(), received_at=received_at)
            absent = self._absent(draft, verdict)
            if absent is None or self._is_definite(absent):
                return verdict
            if absent in self._asked_again:
                return None
            self._asked_again.add(absent)
            self._ask_again(absent)

    def described(self, draft: Draft, verdict: Route | Held | None = None) -> Draft:
        """Return the draft with the text that Noko gets, when it goes there now; a held one stays as it came.

        Call it after the draft's `verdict` or `knows_tags`, which find Noko's tags if they have to be known. Where
        they could not be found, none is created.
        """
        if isinstance(verdict, Held):
            return draft
        return replace(draft, description=described(draft.description, rule_for(draft, self._routing), self._tags))

    def knows_tags(self, draft: Draft) -> bool:
        """Tell whether it can be said for certain which of the draft's tags Noko lacks, where that matters."""
        self._find_tags_for(draft)
        unknown = unknown_tags(draft.description, rule_for(draft, self._routing), self._tags)
        return not unknown or directories.is_definite(self._tags, now=self._ports.clock.now())

    @property
    def _tags(self) -> Tags | None:
        return self._directory.tags if self._directory is not None else None

    def _absent(self, draft: Draft, verdict: Route | Held) -> str | None:
        """Name what `verdict` rests on the absence of, None for nothing."""
        if isinstance(verdict, Held):
            if verdict.code in DIRECTORY_CODES:
                return PEOPLE
            return TAGS if verdict.code == UNKNOWN_TAG else None
        rule = rule_for(draft, self._routing)
        text = rule.new_tags is NewTags.TEXT
        return TAGS if text and unknown_tags(draft.description, rule, self._tags) else None

    def _is_definite(self, absent: str) -> bool:
        known = self._directory if absent == PEOPLE else self._tags
        return directories.is_definite(known, now=self._ports.clock.now())

    def _ask_again(self, absent: str) -> None:
        if absent == PEOPLE:
            self._directory = directories.find(ports=self._ports, max_age_ms=directories.DEFINITE_MS)
        else:
            self._find_tags(max_age_ms=directories.DEFINITE_MS)
        self._fingerprint = None

    def _find_tags_for(self, draft: Draft) -> None:
        if may_meet_unknown(draft.description, rule_for(draft, self._routing)):
            self._find_tags()

    def _find_tags(self, *, max_age_ms: int | None = None) -> None:
        """Know Noko's tags, once as fresh as the directory has to be, and again when `max_age_ms` says how fresh."""
        if self._directory is None or (self._has_tags and max_age_ms is None):
            return
        self._has_tags = True
        age = self._max_age_ms if max_age_ms is None else max_age_ms
        self._directory = directories.find_tags(self._directory, ports=self._ports, max_age_ms=age)
        self._fingerprint = None

    def _directory_at_hand(self) -> Directory:
        assert self._directory is not None, "a blind judge was asked"
        return self._directory
