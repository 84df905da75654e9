"""What a backfill would bring: each commit that holds time, and what would become of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.directive import Rules
from chalicelib.domain.entry import commit_key
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.night import LONGEST_OFFSET
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.sources import github as source
from cli.backfill_push import pushes
from cli.backfill_rehearsal import Rehearsal
from cli.backfill_rewrite import rewritten
from cli.noko.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.entry import Entry, Note
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ledger, Ports
    from chalicelib.sources.delivery import Delivery
    from cli.backfill_push import Push
    from cli.git.clone import Clone
    from cli.git.commit import Commit
    from cli.git.payload import Place


class State(StrEnum):
    """What would become of a commit: the first five are new to the ledger, of the others it knows already."""

    NEW = "new"
    HELD = "held"
    COPY = "copy"
    SKIPPED = "skipped"
    MALFORMED = "malformed"
    LOGGED = "logged"
    KNOWN = "known"


_BORN = {Status.QUEUED: State.NEW, Status.HELD: State.HELD, Status.SKIPPED: State.COPY}


@dataclass(frozen=True, slots=True)
class Row:
    """One commit. `person` is whose time it is, or whose address it bears; `code` says why it is held."""

    sha: str
    date: dt.date
    state: State
    person: str | None
    minutes: int | None = None
    project: str | None = None
    reason: str | None = None
    code: str | None = None
    is_noted: bool = False

    @property
    def is_there(self) -> bool:
        """Whether the ledger knows of it, so that nothing would change."""
        return self.state in {State.LOGGED, State.KNOWN} or self.is_noted


@dataclass(frozen=True, slots=True)
class Step:
    """One push, read as the door reads it, and what would become of its commits: a row for each that holds time."""

    delivery: Delivery
    commits: int
    rows: tuple[Row, ...]

    @property
    def is_needed(self) -> bool:
        """Whether it holds anything that the ledger does not know."""
        return not all(row.is_there for row in self.rows)


def plan(
    history: Mapping[str, Sequence[Commit]], *, clone: Clone, place: Place, ports: Ports, routing: Routing
) -> list[Step]:
    """Say what would become of a clone's commits, push by push.

    Raises GitFailed, NokoUnavailable when nobody can say where work would go, and StoreUnavailable.
    """
    now = ports.clock.now()
    play = Rehearsal(ports, routing)
    found = [(push, read(push, routing=routing, now=now)) for push in pushes(history, place=place)]
    told = rewritten((delivery for _, delivery in found), clone=clone, ledger=play.ledger, routing=routing)
    if told:
        again = pushes(history, place=place, rewritten=told)
        found = [(push, read(push, routing=routing, now=now)) for push in again]
    steps = []
    with progress("Looking", sum(map(len, history.values()))) as advance:
        for push, delivery in found:
            play.open(delivery, push.commits)
            steps.append(Step(delivery, len(push.commits), tuple(_rows(push, delivery, play, ports.ledger))))
            advance(len(push.commits))
    return steps


def read(push: Push, *, routing: Routing, now: int) -> Delivery:
    """Read a push as it is read when GitHub delivers it."""
    headers = {"Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": push.delivery_id}

    def rules_for(repository: str) -> Rules:
        rule = repository_rule(routing, repository)
        return Rules(rule.require_brackets, rule.max_minutes, rule.minutes_per_day)

    today = (dt.datetime.fromtimestamp(now / 1000, dt.UTC) + LONGEST_OFFSET).date()
    return source.delivery(headers, push.raw, rules_for=rules_for, today=today)


def _rows(push: Push, delivery: Delivery, play: Rehearsal, ledger: Ledger) -> Iterator[Row]:
    drafted = {draft.key for draft in delivery.drafts}
    for commit in push.commits:
        key = commit_key(commit.id)
        entry = play.ledger.entry(key) if key in drafted else None
        if entry is not None:
            yield _of_entry(entry, is_new=key in play.ledger.new)
        elif commit.id in play.ledger.noted:
            yield _of_note(commit, play.ledger.noted[commit.id], is_noted=ledger.note(commit.id) is not None)


def _of_entry(entry: Entry, *, is_new: bool) -> Row:
    if is_new:
        state, reason = _BORN[entry.status], entry.reason
    elif entry.status is Status.LOGGED:
        state, reason = State.LOGGED, None
    else:
        state, reason = State.KNOWN, f"{entry.status}: {entry.reason}" if entry.reason else entry.status.value
    author = entry.draft.author
    return Row(
        sha=entry.key.rpartition(":")[2],
        date=entry.draft.date,
        state=state,
        person=entry.route.person if entry.route else author.email or author.name,
        minutes=entry.draft.minutes if entry.logged_minutes is None else entry.logged_minutes,
        project=entry.route.project if entry.route else None,
        reason=reason,
        code=entry.reason_code if state is State.HELD else None,
    )


def _of_note(commit: Commit, note: Note, *, is_noted: bool) -> Row:
    state = State.MALFORMED if note.kind == "malformed" else State.SKIPPED
    said = f"{note.reason}: {note.text}" if note.text else note.reason
    author = commit.author
    return Row(commit.id, commit.committer.date, state, author.email or author.name, reason=said, is_noted=is_noted)
