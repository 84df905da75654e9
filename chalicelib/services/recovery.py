"""Bring a restored ledger up to what Noko holds: each entry found there becomes logged under its key, once.

What the ledger has as `posting` or `uncertain` is left to reconciling, which looks for it anyway.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain import transition
from chalicelib.domain.entry import Author, Draft, Entry, Route, commit_key
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.source_url import commit_of, is_marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.audit import Booked
    from chalicelib.ports import Ports

READ_BACK_MS = 800 * 86_400_000
"""How far back the ledger is read for entries that are no commit's: it keeps them for 400 days and more."""

_KEEPS_ITS_ROUTE = frozenset({Status.QUEUED, Status.NEEDS_ATTENTION})
"""From any other status an entry is routed anew before it is posted, perhaps to another person."""
_FORGETFUL = frozenset({Status.HELD, Status.QUEUED, Status.REFUSED, Status.SKIPPED, Status.NEEDS_ATTENTION})


class What(StrEnum):
    """What became of an entry that Noko holds and the restored ledger did not know of."""

    LOGGED = "logged"
    PUT = "put"
    NEEDS_ATTENTION = "needs_attention"
    DOUBLED = "doubled"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True)
class Recovered:
    """One entry in Noko, the key it belongs to if that is known, and a sentence."""

    what: What
    noko_id: int
    key: str | None
    says: str


def recover(listed: Sequence[Booked], *, delivery: str, ports: Ports) -> Iterator[Recovered]:
    """Move on what the ledger has forgotten of what Noko lists; `delivery` names the restore in entries that are new.

    Harmless twice, and beside anything but a posting. Raises StoreUnavailable.
    """
    by_key: dict[str, list[Booked]] = defaultdict(list)
    others = []
    for each in listed:
        commit = commit_of(each.source_url)
        if commit is not None:
            by_key[commit_key(commit.sha)].append(each)
        elif (holder := ports.ledger.holder_of(each.noko_id)) is not None:
            by_key[holder].append(each)
        elif each.source_url is not None:
            others.append((each, each.source_url))
    keys = _keys_by_url(ports=ports) if others else {}
    for each, url in others:
        if url in keys:
            by_key[keys[url]].append(each)
        elif is_marked(url):
            says = "it has a link of ours, and the ledger has nothing for it: if the work is sent again, it is doubled"
            yield Recovered(What.UNCLAIMED, each.noko_id, None, says)
    for key, candidates in by_key.items():
        yield from _Claim(key, delivery, ports).settle(candidates)


def _keys_by_url(*, ports: Ports) -> Mapping[str, str]:
    now = ports.clock.now()
    entries = ports.ledger.entries(since=now - READ_BACK_MS, until=now)
    return {entry.draft.source_url: entry.key for entry in entries}


@dataclass(frozen=True, slots=True)
class _Claim:
    """One key, for which Noko holds something."""

    key: str
    delivery: str
    ports: Ports

    def settle(self, candidates: Sequence[Booked]) -> Iterator[Recovered]:
        """Give the key what is its own. Whatever comes between is read again and judged anew."""
        settled: list[Recovered] | None = None
        while settled is None:
            mine = [each for each in candidates if self.ports.ledger.holder_of(each.noko_id) in {None, self.key}]
            if not mine:
                return
            entry = self.ports.ledger.entry(self.key)
            settled = self._put(mine) if entry is None else self._settle(entry, mine)
        yield from settled

    def _settle(self, entry: Entry, mine: list[Booked]) -> list[Recovered] | None:
        """Say what became of `mine`; None when the entry changed meanwhile."""
        if entry.status is Status.LOGGED:
            return [self._double(each, entry.noko_id) for each in mine if each.noko_id != entry.noko_id]
        if entry.status not in _FORGETFUL:
            return []
        matches = [each for each in mine if _may_be(each, entry)]
        if len(matches) == 1:
            return self._log(entry, matches[0])
        if entry.status is Status.NEEDS_ATTENTION:
            return []
        ids = ", ".join(str(each.noko_id) for each in mine)
        how = "more than once" if matches else "under another person"
        reason = f"found {how} in Noko after the table was restored: {ids}"
        now, stamp = self.ports.clock.now(), self.ports.tokens.fresh()
        after = transition.recover_in_doubt(entry, now=now, stamp=stamp, reason=reason)
        if self.ports.ledger.swap(entry, after).stamp != stamp:
            return None
        return [Recovered(What.NEEDS_ATTENTION, each.noko_id, self.key, reason) for each in mine]

    def _log(self, entry: Entry, match: Booked) -> list[Recovered] | None:
        if self.ports.ledger.take_noko_id(match.noko_id, self.key) != self.key:
            return None
        now, stamp = self.ports.clock.now(), self.ports.tokens.fresh()
        after = transition.recover(entry, now=now, stamp=stamp, noko_id=match.noko_id, minutes=match.minutes)
        if self.ports.ledger.swap(entry, after).stamp != stamp:
            return None
        return [Recovered(What.LOGGED, match.noko_id, self.key, f"was {entry.status}, and is in Noko")]

    def _put(self, mine: list[Booked]) -> list[Recovered] | None:
        """Put an entry for work that the ledger has never heard of: the oldest in Noko is it."""
        first, *rest = mine
        if self.ports.ledger.take_noko_id(first.noko_id, self.key) != self.key:
            return None
        entry = self._entry(first)
        if self.ports.ledger.put_entry(entry).stamp != entry.stamp:
            return None
        says = "was not in the ledger, and is in Noko"
        put = Recovered(What.PUT, first.noko_id, self.key, says)
        return [put, *(self._double(each, first.noko_id) for each in rest)]

    def _entry(self, found: Booked) -> Entry:
        now = self.ports.clock.now()
        commit = commit_of(found.source_url)
        draft = Draft(
            key=self.key,
            minutes=found.minutes or 0,
            date=found.date,
            description=found.description,
            source_url=found.source_url or "",
            author=Author(),
            repository=commit.repository if commit else "",
            branch="",
            worked_at=found.created_at or now,
        )
        return Entry(
            key=self.key,
            status=Status.LOGGED,
            draft=draft,
            delivery=self.delivery,
            received_at=now,
            opened_at=now,
            changed_at=now,
            route=_route(found),
            reason=transition.RECOVERED,
            noko_id=found.noko_id,
            logged_minutes=found.minutes,
            stamp=self.ports.tokens.fresh(),
        )

    def _double(self, each: Booked, noko_id: int | None) -> Recovered:
        return Recovered(What.DOUBLED, each.noko_id, self.key, f"the same work as Noko's entry {noko_id}")


def _may_be(found: Booked, entry: Entry) -> bool:
    if entry.route is None or entry.status not in _KEEPS_ITS_ROUTE:
        return True
    return found.user_id == entry.route.user_id


def _route(found: Booked) -> Route | None:
    if found.user_id is None or found.project_id is None:
        return None
    return Route(found.project_id, found.project or "", found.user_id, found.person or "")
