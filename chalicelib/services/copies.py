"""Find out, for the commits of one delivery, which are copies of work that the ledger knows.

What was judged is written down before anything is made of it, all that concerns one title in one write. So a
crash, a second worker and a second delivery of the same push find the same judgement.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.copy_rule import Newcomer, place, place_piece
from chalicelib.domain.entry import commit_key
from chalicelib.domain.finding import Finding, own
from chalicelib.domain.identity import names_of
from chalicelib.domain.work import Role, Works, bounded
from chalicelib.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.arrival import Arrival
    from chalicelib.domain.content import Content, Piece
    from chalicelib.domain.entry import Draft
    from chalicelib.domain.routing_table import Routing
    from chalicelib.domain.work import Sighting, Work
    from chalicelib.ports import Ports
    from chalicelib.services.facts import Facts

MOST_TRIES = 20
"""How often somebody else may write the same title while we judge it."""


class Copies:
    """The copy rule over one delivery. `drafts` are those of its commits that are to become entries."""

    def __init__(
        self,
        drafts: Iterable[Draft],
        *,
        arrival: Arrival,
        received_at: int,
        routing: Routing,
        facts: Facts,
        ports: Ports,
    ) -> None:
        self._arrival = arrival
        self._at = received_at if arrival.at is None else arrival.at
        self._routing = routing
        self._facts = facts
        self._ports = ports
        self._works: dict[str, Works] = {}
        self._indexes: dict[str, tuple[Works, dict[str, list[Sighting]]]] = {}
        self._placed_titles: set[str] = set()
        self._drafts: set[str] = set()
        self._alike: dict[str, list[tuple[Draft, Content]]] = defaultdict(list)
        for draft in drafts:
            if draft.content is not None:
                self._drafts.add(draft.key)
                self._alike[draft.content.title].append((draft, draft.content))
        self._picked: dict[str, bool] = {}

    def is_picked(self, draft: Draft) -> bool:
        """Tell whether a draft says itself that it is a cherry-pick, of a commit whose work is in the ledger."""
        if draft.copy_of is None:
            return False
        key = commit_key(draft.copy_of)
        if key not in self._picked:
            self._picked[key] = key in self._drafts or self._ports.ledger.entry(key) is not None
        return self._picked[key]

    def finding(self, draft: Draft) -> Finding:
        """Judge a draft, or read how it was judged. Raises StoreUnavailable."""
        content = draft.content
        if content is None or draft.key not in self._drafts:
            return own(draft)
        works = self._judged(content.title)
        seen = self._sighting(works, draft.key, None)
        if seen is None:  # a cherry-pick whose original came into the ledger only now
            return own(draft)
        if seen.role is not Role.OWN:
            return _of_another(draft, seen, self._index(works).get(seen.of or "", []))
        return self._without_pieces(draft, content)

    def _judged(self, title: str) -> Works:
        """Place all commits of the delivery with one title at once."""
        if title in self._placed_titles:
            return self._works[title]
        newcomers = [
            self._newcomer(draft, content) for draft, content in self._alike[title] if not self.is_picked(draft)
        ]
        # nearly every title is new, and whoever writes one that is not learns what stands there: one call, not two
        self._works[title] = Works(title) if newcomers else self._ports.ledger.works(title)
        for _ in range(MOST_TRIES):
            before = self._works[title]
            placed = place(before.works, newcomers, arrival=self._arrival, at=self._at)
            if placed == before.works or self._keeps(before, placed):
                self._placed_titles.add(title)
                return self._works[title]
        raise StoreUnavailable("others keep writing the same works")

    def _keeps(self, before: Works, works: tuple[Work, ...]) -> bool:
        """Write works down, as many as are kept, and tell whether nobody was faster."""
        kept = bounded(works, push=self._arrival.name)
        after = replace(before, works=kept, stamp=self._ports.tokens.fresh())
        stands = self._ports.ledger.swap_works(before, after, now=self._ports.clock.now())
        is_ours = stands.stamp == after.stamp
        self._works[before.title] = replace(after, works=works) if is_ours else stands
        return is_ours

    def _newcomer(self, draft: Draft, content: Content) -> Newcomer:
        facts = self._facts.of(draft)
        return Newcomer(
            key=draft.key,
            minutes=draft.minutes,
            files=content.files,
            who=names_of(draft.author, self._routing),
            number=content.number,
            listed=content.listed,
            authored_at=facts.authored_at if facts is not None else None,
            is_squash=bool(content.pieces),
        )

    def _without_pieces(self, draft: Draft, content: Content) -> Finding:
        """Take off what of a squash is logged already, piece by piece; those whose title is not certain come last."""
        pieces = list(enumerate(content.pieces))
        seen = {number: self._piece(draft.key, number, piece, content, is_last=False) for number, piece in pieces}
        for number, piece in pieces:
            seen[number] = seen[number] or self._piece(draft.key, number, piece, content, is_last=True)
        covered = [each for each in seen.values() if each is not None and each.role is Role.COPY]
        minutes = draft.minutes - sum(each.minutes for each in covered)
        return Finding(Role.OWN, minutes, covered=tuple(dict.fromkeys(each.of for each in covered if each.of)))

    def _piece(self, key: str, number: int, piece: Piece, content: Content, *, is_last: bool) -> Sighting | None:
        """Judge a piece. One of several possible titles is a copy by the first, or undecided unless this `is_last`."""
        for _ in range(MOST_TRIES):
            known = {title: self._works.get(title) or self._ports.ledger.works(title) for title in piece.titles}
            for works in known.values():
                if seen := self._sighting(works, key, number):
                    return seen
            titles = piece.titles if is_last else piece.titles[:1]
            placed = {title: self._placed(known[title], key, number, piece, content) for title in titles}
            title = next((t for t, works in placed.items() if works[1].role is Role.COPY), None)
            if title is None and not is_last and len(piece.titles) > 1:
                return None
            title = title or piece.titles[0]
            if self._keeps(known[title], placed[title][0]):
                return placed[title][1]
        raise StoreUnavailable("others keep writing the same works")

    def _placed(
        self, works: Works, key: str, number: int, piece: Piece, content: Content
    ) -> tuple[tuple[Work, ...], Sighting]:
        placed = place_piece(
            works.works,
            key=key,
            piece=number,
            minutes=piece.minutes,
            listed=content.listed,
            arrival=self._arrival,
            at=self._at,
        )
        seen = replace(works, works=placed).by_key()[key]
        return placed, next(each for each in seen if each.piece == number)

    def _sighting(self, works: Works, key: str, piece: int | None) -> Sighting | None:
        """Find what a commit, or a piece of one, was judged to be."""
        return next((s for s in self._index(works).get(key, ()) if s.piece == piece), None)

    def _index(self, works: Works) -> dict[str, list[Sighting]]:
        held = self._indexes.get(works.title)
        if held is None or held[0] is not works:
            self._indexes[works.title] = held = (works, works.by_key())
        return held[1]


def _of_another(draft: Draft, seen: Sighting, others: list[Sighting]) -> Finding:
    """Say what a commit is to another one, which was seen as `others`."""
    is_copy = seen.role is Role.COPY
    commit = next((s for s in others if s.piece is None and (s.minutes == seen.minutes or not is_copy)), None)
    is_squashed = commit is None and bool(others)
    return Finding(seen.role, draft.minutes, seen.of, commit.minutes if commit else None, is_squashed=is_squashed)
