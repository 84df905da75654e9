"""What became of a commit, or of any other key: everything the ledger can tell, and where it was last seen.

"Why is my commit not there?" always has an answer: an entry, a note that says why it is none, a delivery that
brought it, or nothing at all, which means that GitHub never got through to us.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.entry import commit_key
from cli.key import ambiguous, is_whole, sha_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.entry import Attempt, Draft, Entry, Note
    from chalicelib.ports import Ledger, StoredDelivery, StoredNote

DAY_MS = 86_400_000
SEARCHED_DAYS = 30
"""How long the ledger keeps what deliveries brought."""


@dataclass(frozen=True, slots=True)
class Found:
    """There is an entry. `delivery` is None once its contents have retired.

    `note` is one on a submission of the same key: what was rejected before, or taken for the same since.
    """

    entry: Entry
    attempts: Sequence[Attempt]
    delivery: StoredDelivery | None
    note: StoredNote | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """There is none, and a note says why. `delivery` is None once its contents have retired."""

    stored: StoredNote
    delivery: StoredDelivery | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery brought it: as a draft, with a note, or silently, which is None."""

    key: str
    delivery: StoredDelivery
    content: Draft | Note | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Nothing but deliveries know it, the oldest first."""

    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nothing knows it. `incomplete` are recent deliveries out of which GitHub may have left it."""

    word: str
    incomplete: tuple[StoredDelivery, ...] = ()


Story = Found | Noted | Arrived | Unheard


def known(word: str, *, ledger: Ledger) -> Found | Noted | None:
    """Return what the ledger knows of a key or SHA directly: fast.

    Raises click.UsageError for a word that is neither, and for a short SHA with several candidates.
    """
    sha = sha_of(word)
    if sha is None:
        return _known(word, None, ledger=ledger)
    candidates = [sha] if is_whole(sha) else ledger.keys_of_sha(sha)
    if len(candidates) > 1:
        raise ambiguous(sha, candidates, ledger=ledger)
    return next((_known(commit_key(full), full, ledger=ledger) for full in candidates), None)


def search(word: str, *, ledger: Ledger, now: int) -> Story:
    """Look for a key or SHA in all that was delivered in the last 30 days: slow. Raises as `known` does."""
    arrivals: list[Arrival] = []
    incomplete: list[StoredDelivery] = []
    sha = sha_of(word)
    for stored in ledger.deliveries(since=now - SEARCHED_DAYS * DAY_MS, until=now):
        if stored.delivery.incomplete:
            incomplete.append(stored)
        arrivals += [each for each in _contents(stored) if _means(word, sha, each.key)]
    keys = sorted({arrival.key for arrival in arrivals})
    if len(keys) > 1 and sha is not None:
        raise ambiguous(sha, [key.rpartition(":")[2] for key in keys], ledger=ledger)
    if not keys:
        return Unheard(word, tuple(incomplete))
    # The index of short SHAs may lag behind an entry that was opened just now.
    late = _known(keys[0], None if sha is None else keys[0].rpartition(":")[2], ledger=ledger)
    return late or Arrived(tuple(sorted(arrivals, key=lambda arrival: arrival.delivery.received_at)))


def _known(key: str, sha: str | None, *, ledger: Ledger) -> Found | Noted | None:
    entry = ledger.entry(key)
    stored = ledger.note(sha or key) if entry is None or sha is None else None
    if entry is not None:
        return Found(entry, ledger.attempts(key), ledger.delivery(entry.delivery), stored)
    return Noted(stored, ledger.delivery(stored.delivery)) if stored is not None else None


def _means(word: str, sha: str | None, key: str) -> bool:
    return key == word if sha is None else key.lower().startswith(commit_key(sha))


def _contents(stored: StoredDelivery) -> Iterator[Arrival]:
    delivery = stored.delivery
    for draft in delivery.drafts:
        yield Arrival(draft.key, stored, draft)
    for note in delivery.notes:
        yield Arrival(note.key, stored, note)
    for sha in delivery.silent:
        yield Arrival(commit_key(sha), stored, None)
