"""What the services need from the world, and what each port does NOT promise.

The Lambda adapters live in `aws/` and `noko/client.py`; the memory ones in the tests. One contract suite runs
on every implementation. All instants are milliseconds since the epoch; every method may raise
`StoreUnavailable` (or `NokoUnavailable`), and after such an error the write may or may not have happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.directory import Directory
    from chalicelib.domain.entry import Attempt, Entry, Note
    from chalicelib.domain.interval import Intervals
    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.run import Run
    from chalicelib.domain.throttle import Bucket, Decision, Kind, Slot
    from chalicelib.noko.models import NokoEntry, NokoProject, NokoUser
    from chalicelib.noko.protocol import NewEntry, Token
    from chalicelib.sources.delivery import Delivery


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A delivery as the ledger holds it. `opened_at` is None until each of its drafts was dealt with."""

    delivery: Delivery
    received_at: int
    opened_at: int | None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """Why a commit became no entry, and which delivery brought it."""

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
        """Read a delivery; None if there is none, or if its contents have retired (30 days)."""

    def mark_opened(self, key: str, *, now: int) -> None:
        """Note that every draft was dealt with, and when its contents may retire."""

    def postpone(self, key: str, *, until: int) -> None:
        """Have the tick look at a delivery that is not opened yet at `until`."""

    def unopened(self, *, now: int, limit: int) -> Sequence[str]:
        """Name deliveries that are due to be opened. The index may lag: opening must be harmless twice."""

    def retire(self, *, now: int, limit: int) -> int:
        """Forget the contents of deliveries opened long ago, keeping their keys; return how many."""

    def deliveries(self, *, since: int, until: int) -> Iterator[StoredDelivery]:
        """Read the deliveries received in a span, in no order; slow, for a person's question only."""


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

    def mark_sent(self, queued: Queued, *, sent_at: int, due_at: int) -> bool:
        """Note that a message was sent, if the entry is still queued and was last sent when `queued` says."""

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

    def held(self) -> Sequence[HeldKey]:
        """Read which entries are held, those judged longest ago first. The index may lag."""

    def entries(self, *, since: int, until: int) -> Iterator[Entry]:
        """Read the entries opened in a span, oldest first."""

    def keys_of_sha(self, prefix: str) -> Sequence[str]:
        """Return the full SHAs, known as an entry or a note, that start with 4 to 64 hex digits."""


class Notes(Protocol):
    """The part of the ledger that knows why a commit became no entry."""

    def put_note(self, note: Note, *, delivery: str, now: int) -> None:
        """Keep a note for 90 days; a newer one for the same commit replaces it."""

    def note(self, sha: str) -> StoredNote | None:
        """Read the note on a commit."""


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


class Ledger(Deliveries, Entries, Notes, Cards, Runs, Protocol):
    """The truth. Promises single-item atomicity only; nothing spans two items."""


class Queue(Protocol):
    """Hints that something is to be done. Messages may be lost, doubled, late and out of order."""

    def send_delivery(self, key: str) -> None:
        """Ask for a delivery to be opened."""

    def send_entries(self, keys: Sequence[str], *, delay_s: int = 0) -> None:
        """Ask for entries to be posted; `delay_s` at most 900."""

    def depth(self) -> int:
        """Estimate how many messages the `post` queue holds: visible, delayed and in flight."""


class Throttle(Protocol):
    """The one gate before Noko. Promises the rate among those who ask, not the arrival times at Noko."""

    def reserve(self, kind: Kind, *, now: int) -> Decision:
        """Take a slot, or learn until when to wait. A lost answer may waste a slot, never double one.

        Raises ClockSkewed when this process's clock is more than 5 s off the store's.
        """

    def penalise(self, *, now: int) -> None:
        """Let nobody take a slot for a while: Noko answered 429."""

    def record_outage(self) -> int:
        """Count an attempt that could not reach Noko; return how many there were in a row."""

    def record_contact(self) -> None:
        """Note that Noko answered, which ends a streak of outages."""

    def pause(self, reason: str, *, now: int) -> None:
        """Suspend everything but probes. A pause that is on stays as it is."""

    def resume(self, *, now: int) -> None:
        """End the pause."""

    def enter_restore(self, restored_to: int, *, now: int) -> None:
        """Give no more slots to postings; no probe ends this. Of several instants the earliest stays."""

    def leave_restore(self, restored_to: int, *, now: int) -> bool:
        """End the restore mode if it still is the one of `restored_to`; tell whether there is none any more."""

    def state(self) -> Bucket:
        """Read the item as it is."""


class Noko(Protocol):
    """Noko's API, as far as services use it.

    Every call takes its slots from the throttle itself, except that `create` is handed the slot that was
    waited for before the claim. The reading calls raise NokoUnavailable, AuthenticationError, Paused or
    NokoError, each before or after its request left: reading twice is harmless.
    """

    def create(self, new: NewEntry, *, slot: Slot, lease_until: int) -> Outcome:
        """Try once to create an entry. Never raises for what Noko or the network does."""

    def entries(self, *, updated_from: int, user_ids: Sequence[int]) -> Sequence[NokoEntry]:
        """List the entries updated since `updated_from`, all pages, or raise: never a part."""

    def entries_between(
        self, date_from: dt.date, date_to: dt.date, user_ids: Sequence[int] = ()
    ) -> Sequence[NokoEntry]:
        """List the entries dated in a span, both ends included, all pages, or raise: never a part.

        Without `user_ids` those of everybody. One that is moved between two pages may be seen twice, or not.
        """

    def entry(self, noko_id: int) -> NokoEntry | None:
        """Get one entry; None if Noko has none of that id."""

    def users(self) -> Sequence[NokoUser]:
        """List all users."""

    def projects(self) -> Sequence[NokoProject]:
        """List all projects."""

    def current_user(self) -> NokoUser:
        """Ask whose token this is, as a probe: works while paused."""


class Clock(Protocol):
    """Time. Not promised to be right: see `ClockSkewed`."""

    def now(self) -> int:
        """Return the instant."""

    def sleep_until(self, instant: int) -> None:
        """Return at `instant` or a little later."""


class Tokens(Protocol):
    """Words that never come twice."""

    def fresh(self) -> str:
        """Return one of at least 96 random bits."""


class Secrets(Protocol):
    """Read-only secrets, cached. A rotated secret is seen within the cache's life."""

    def github_webhook(self) -> Sequence[str]:
        """Return the webhook secrets, current first; empty when none is configured."""

    def noko_token(self) -> Token:
        """Return the token; raises ConfigurationError when there is none."""

    def forget_noko_token(self) -> None:
        """Drop the cached token, because Noko refused it."""


class Telemetry(Protocol):
    """What operators see. Never given message texts, addresses, tokens or bodies."""

    def event(self, name: str, **fields: str | int | None) -> None:
        """Record that something happened."""

    def alarm(self, name: str, **fields: str | int | None) -> None:
        """Record that somebody should look."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a service may touch.

    `stamped_at` is when the store was stamped with its owner; None where nobody looked.
    """

    ledger: Ledger
    queue: Queue
    throttle: Throttle
    noko: Noko
    clock: Clock
    tokens: Tokens
    telemetry: Telemetry
    secrets: Secrets
    intervals: Intervals
    stamped_at: int | None = None
