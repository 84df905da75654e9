"""Open deliveries as a play: the very same code, on a ledger that keeps to itself whatever is written.

So a plan says what opening would do, copies among its own pushes included, without a second version of the rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from chalicelib.domain.commit_facts import CommitFacts
from chalicelib.domain.entry import Author, Note
from chalicelib.errors import NokoUnavailable
from chalicelib.ports import StoredDelivery, StoredNote
from chalicelib.services.opening import open_delivery
from cli.telemetry import QuietTelemetry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.directory import Directory
    from chalicelib.domain.entry import Entry
    from chalicelib.domain.routing_table import Routing
    from chalicelib.domain.run import Run
    from chalicelib.domain.work import Works
    from chalicelib.ports import GitHub, Ledger, Ports, Queue
    from chalicelib.sources.delivery import Delivery
    from cli.git.commit import Commit, Signature

NO_DEADLINE = 2**53


class Rehearsal:
    """One play, delivery after delivery. `site` are the real ports, of which only Noko's directory is written to."""

    def __init__(self, site: Ports, routing: Routing) -> None:
        self._site = site
        self._routing = routing
        self.ledger = RehearsalLedger(site.ledger)

    def open(self, delivery: Delivery, commits: Sequence[Commit]) -> None:
        """Open a delivery of these commits; the ledger then tells what became of each.

        Raises NokoUnavailable when nobody can say where the work would go, and StoreUnavailable.
        """
        facts = CloneFacts({commit.id: commit for commit in commits})
        ports = replace(
            self._site,
            ledger=cast("Ledger", self.ledger),  # it has what opening uses, and nothing else can be called
            queue=cast("Queue", NoQueue()),  # likewise
            telemetry=QuietTelemetry(verbose=False),
            github=cast("GitHub", facts) if self._site.github is not None else None,
        )
        self.ledger.bring(StoredDelivery(delivery, received_at=self._site.clock.now(), opened_at=None))
        open_delivery(delivery.key, ports=ports, routing=self._routing, deadline=NO_DEADLINE)
        if not self.ledger.is_opened:
            raise NokoUnavailable("Noko could not be asked for its people and projects: nobody can say where work goes")


class RehearsalLedger:
    """The real ledger to read from, and what this play would have added to it.

    `new` are the entries that it would put, `noted` the notes.
    """

    def __init__(self, real: Ledger) -> None:
        self._real = real
        self._stored: StoredDelivery | None = None
        self._directory: Directory | None = None
        self._works: dict[str, Works] = {}
        self._runs: dict[tuple[str, str], Run] = {}
        self.new: dict[str, Entry] = {}
        self.noted: dict[str, Note] = {}
        self._known: dict[str, Entry | None] = {}
        self.is_opened = False

    def bring(self, stored: StoredDelivery) -> None:
        """Have a delivery to be opened."""
        self._stored, self.is_opened = stored, False

    def delivery(self, key: str) -> StoredDelivery | None:
        """Return what was brought last."""
        return self._stored if self._stored is not None and self._stored.delivery.key == key else None

    def mark_opened(self, key: str, *, now: int) -> None:  # noqa: ARG002 - the port's signature
        """Note that it was."""
        self.is_opened = True

    def postpone(self, key: str, *, until: int) -> None:
        """Note nothing: what is not opened was postponed."""

    def put_entry(self, entry: Entry) -> Entry:
        """Put if absent, in both ledgers."""
        known = self.entry(entry.key)
        if known is None:
            self.new[entry.key] = known = entry
        return known

    def entry(self, key: str) -> Entry | None:
        """Read from the play, else from the real one, once."""
        if key not in self.new and key not in self._known:
            self._known[key] = self._real.entry(key)
        return self.new.get(key) or self._known[key]

    def put_note(self, note: Note, *, delivery: str, now: int) -> None:  # noqa: ARG002 - likewise
        """Keep, whatever is there."""
        self.noted[note.subject] = note

    def note(self, subject: str) -> StoredNote | None:
        """Read from the play, else from the real one."""
        note = self.noted.get(subject)
        return self._real.note(subject) if note is None else StoredNote(note, delivery="", noted_at=0)

    def works(self, title: str) -> Works:
        """Read from the play, else from the real one, once."""
        if title not in self._works:
            self._works[title] = self._real.works(title)
        return self._works[title]

    def swap_works(self, before: Works, after: Works, *, now: int) -> Works:  # noqa: ARG002 - likewise
        """Replace if the stamp is what it was."""
        stands = self.works(after.title)
        if stands.stamp != before.stamp:
            return stands
        self._works[after.title] = after
        return after

    def put_run(self, run: Run) -> Run:
        """Put if absent from the play."""
        return self._runs.setdefault((run.kind, run.key), run)

    def directory(self) -> Directory | None:
        """Read from the real one, once for all deliveries."""
        if self._directory is None:
            self._directory = self._real.directory()
        return self._directory

    def put_directory(self, directory: Directory) -> None:
        """Let everybody have what Noko said."""
        self._real.put_directory(directory)
        self._directory = directory


class CloneFacts:
    """What GitHub would say of the commits, where it would be asked, from the clone."""

    def __init__(self, commits: Mapping[str, Commit]) -> None:
        self._commits = commits

    def commit(self, repository: str, sha: str) -> CommitFacts | None:  # noqa: ARG002 - likewise
        """Return the facts of one."""
        commit = self._commits.get(sha)
        if commit is None:
            return None
        return CommitFacts(
            sha=commit.id,
            parents=commit.parents,
            authored_at=commit.author.at * 1000,
            committed_at=commit.committer.at * 1000,
            message=commit.message,
            author=_author(commit.author),
            committer=_author(commit.committer),
        )


class NoQueue:
    """A queue that is empty and stays so."""

    def send_entries(self, keys: Sequence[str], *, delay_s: int = 0) -> None:
        """Send nothing."""

    def depth(self) -> int:
        """Return that there is nothing."""
        return 0


def _author(signature: Signature) -> Author:
    return Author(name=signature.name, email=signature.email)
