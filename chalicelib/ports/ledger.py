"""The truth: what the ledger promises about deliveries, entries, notes, cards and runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.directory import Directory
    from chalicelib.domain.entry import Attempt, Entry, Note
    from chalicelib.domain.run import Run
    from chalicelib.domain.work import Works
    from chalicelib.sources.delivery import Delivery


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A delivery as the ledger holds it. `opened_at` is None until each of its drafts was dealt with."""

    delivery: Delivery
    received_at: int
    opened_at: int | None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """Why a commit or a submission became no entry, and which delivery brought it."""

    note: Note
    delivery: str
    noted_at: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A queued entry as the index shows it; the index may be behind the entry."""

    key: str
    sent_at: int | None


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A held entry as the index shows it."""

    key: str
    judged_by: str | None


@dataclass(frozen=True, slots=True)
class StoreCard:
    """Whose store this is, and since when."""

    owner: str
    since: int


class Deliveries(Protocol):
    """The part of the ledger that remembers what came in."""

    def accept(self, delivery: Delivery, *, now: int, due_at: int, stamp: str) -> StoredDelivery | None:
        """Store a delivery if its key is new, and return None; else return what is stored under the key.

        `due_at` is when the tick should see to it that the delivery gets opened; `stamp` tells our own write,
        reported as failed by a retry, from an exact redelivery.

        This is the commit point: one conditional write, plus one before it for each further 350 KB.
        """

    def delivery(self, key: str) -> StoredDelivery | None:
        """Read a delivery; None if there is none, or if its contents have retired."""

    def mark_opened(self, key: str, *, now: int) -> None:
        """Note that every draft was dealt with, and when its contents may retire."""

    def postpone(self, key: str, *, until: int) -> int | None:
        """Have the tick look at a delivery that is not opened yet at `until`; return when it was received.

        None if it is opened by now, or there is none.
        """

    def unopened(self, *, now: int, limit: int) -> Sequence[str]:
        """Name deliveries that are due to be opened. The index may lag: opening must be harmless twice."""

    def retire(self, *, now: int, limit: int) -> int:
        """Forget the contents of deliveries opened long ago, keeping their keys; return how many."""

    def deliveries(self, *, since: int, until: int) -> Iterator[StoredDelivery]:
        """Read the deliveries received in a span, in no order; slow, for a person's question only."""


class Windows(Protocol):
    """The part of the ledger that tells, of what comes without an id, since when equal ones count as one."""

    def first_of(self, name: str, *, now: int, window_ms: int) -> int:
        """Return the instant at which the window of `name` began: `now`, unless one is open since.

        One conditional write. All who ask within `window_ms` of that instant get the same answer, whether they
        come one by one or at once, and so does our own write when it is repeated.
        """


class Entries(Protocol):
    """The part of the ledger that makes an entry exist once."""

    def put_entry(self, entry: Entry) -> Entry:
        """Put an entry if its key is new; return what the ledger then holds: `entry`, or the older one."""

    def entry(self, key: str) -> Entry | None:
        """Read an entry, strongly consistent."""

    def swap(self, before: Entry, after: Entry) -> Entry:
        """Replace `before` by `after` if nothing came between; return what the ledger then holds.

        The write is conditional on status, attempt, token and stamp of `before`. A condition reported as
        failed for our own, retried write is recognised by the stamp, so `after` is returned then too.
        """

    def mark_sent(self, queued: Queued, *, sent_at: int, due_at: int) -> Entry | None:
        """Note that a message was sent, if the entry is still queued and was last sent when `queued` says.

        Returns the entry as it is then, None if nothing was noted.
        """

    def take_noko_id(self, noko_id: int, key: str) -> str:
        """Give a Noko id to `key` unless another key holds it; return the holder."""

    def holder_of(self, noko_id: int) -> str | None:
        """Tell which key holds a Noko id."""

    def put_attempt(self, key: str, attempt: Attempt) -> None:
        """Keep a finished attempt, unless that number is kept already; the last 50 stay."""

    def attempts(self, key: str) -> Sequence[Attempt]:
        """Read the attempts kept for an entry, oldest first."""

    def due(self, *, now: int, limit: int) -> Sequence[Entry]:
        """Read posting and uncertain entries whose time has come, each re-read strongly."""

    def queued(self, *, due_before: int, limit: int) -> Sequence[Queued]:
        """Read the queued entries that have waited longest for a message. The index may lag."""

    def waiting(self, *, limit: int) -> Sequence[str]:
        """Name entries that wait for a person (held, refused, in need of attention). The index may lag."""

    def held(self) -> Sequence[HeldKey]:
        """Read which entries are held, those judged longest ago first. The index may lag."""

    def in_doubt(self) -> Sequence[Entry]:
        """Read all entries that Noko may hold without our knowing: posting, uncertain and in need of attention.

        Each is re-read strongly; the index may lag, so that one which was claimed a moment ago may be missing.
        """

    def entries(self, *, since: int, until: int) -> Iterator[Entry]:
        """Read the entries opened in a span, oldest first."""

    def keys_of_sha(self, prefix: str) -> Sequence[str]:
        """Return the full SHAs, known as an entry or a note, that start with 4 to 64 hex digits."""


class Notes(Protocol):
    """The part of the ledger that knows why a commit or a submission became no entry."""

    def put_note(self, note: Note, *, delivery: str, now: int) -> None:
        """Keep a note for its days; a newer one on the same subject replaces it."""

    def note(self, subject: str) -> StoredNote | None:
        """Read the note on a commit, by its SHA, or on a submission, by its entry key."""

    def form_notes(self, *, since: int, until: int) -> Iterator[StoredNote]:
        """Read the notes on submissions of forms made in a span, oldest first. The index may lag."""


class Copies(Protocol):
    """The part of the ledger that knows work by what it is about, so that its copies are recognised."""

    def works(self, title: str) -> Works:
        """Read the works with one title, strongly consistent; empty and without a stamp when there are none."""

    def swap_works(self, before: Works, after: Works, *, now: int) -> Works:
        """Replace `before` by `after` if nothing came between; return what the ledger then holds.

        As with entries, the stamp of `before` is the condition, and our own write is known by that of `after`.
        They live as long as entries do, counted from the last write.
        """


class Cards(Protocol):
    """The part of the ledger that holds single cards: the directory, and whose store this is."""

    def directory(self) -> Directory | None:
        """Read Noko's users and projects as last fetched."""

    def put_directory(self, directory: Directory) -> None:
        """Keep Noko's users and projects; the last writer wins."""

    def claim_store(self, owner: str, *, now: int) -> StoreCard:
        """Stamp a fresh store with its owner (base URL and account) and the instant; return the stamp it has."""


class Runs(Protocol):
    """The part of the ledger that remembers what is done once for each night, or each date of a schedule."""

    def put_run(self, run: Run) -> Run:
        """Put a run if its kind and key are new; return what the ledger then holds: `run`, or the older one."""

    def run(self, kind: str, key: str) -> Run | None:
        """Read a run, strongly consistent."""

    def swap_run(self, before: Run, after: Run) -> Run:
        """Replace `before` by `after` if nothing came between; return what the ledger then holds.

        As with entries, the stamp of `before` is the condition, and our own write is known by that of `after`.
        """

    def runs(self, kind: str, *, since: int, until: int) -> Iterator[Run]:
        """Read the runs of a kind that were started in a span, oldest first. The index may lag."""


class Ledger(Deliveries, Windows, Entries, Notes, Copies, Cards, Runs, Protocol):
    """The truth. Promises single-item atomicity only; nothing spans two items."""

    def expire(self, *, now: int, limit: int) -> int:
        """Remove what has outlived its time, unless the store does so by itself; return how many items went.

        When that happens is not promised, so nothing may count on either: until then it is read like any other.
        """
