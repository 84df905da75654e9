"""What the ledger keeps of a run that approves: what was chosen, how far it is, and what came of it.

    choosing ─ sending ─ reading ─ done        each arrow is a write; a crash repeats what comes after the last one

An entry counts as approved by the run if Noko shows the run's own instant and user on it. So whoever goes on after a
crash, and whoever takes it back, knows it from what somebody else approved.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.approval import HARMLESS, Aside, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.approval import Candidate, Place

MOST_ASIDE = 2_000
"""How many entries are named with their reasons: an item of the table holds 400 KB."""


class Stage(StrEnum):
    """What a run does next."""

    CHOOSING = "choosing"
    SENDING = "sending"
    READING = "reading"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class User:
    """Whose token it was."""

    id: int
    email: str


@dataclass(frozen=True, slots=True)
class Undone:
    """How a run was taken back: when, by whose token, which entries, and why the others stayed approved.

    It is written down before anything is sent; `is_ended` once it was read back.
    """

    at: int
    by: str
    unapproved: tuple[int, ...] = ()
    left: tuple[Aside, ...] = ()
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A run. All instants are milliseconds; `at` is that at which it was due, or asked for by a person.

    `done_to` is the place up to which entries were looked at, and `slice_days` how many days are looked at at once.
    Of `chosen`, the oldest first, the first `sent` were sent. `left_over` counts what the limit left for the next
    run, `more_aside` what was set aside beyond what is kept. `looks` counts the lists in which approvals were
    looked for, and `read_back` is the last change that Noko showed on one of them. `stopped` says why no more was
    sent, `failed` why the run ended with nothing.
    """

    policy: str
    at: int
    approved_at: int
    by_hand: bool = False
    passed_over: int = 0
    users: tuple[User, ...] = ()
    stage: Stage = Stage.CHOOSING
    done_to: Place | None = None
    slice_days: int | None = None
    chosen: tuple[int, ...] = ()
    sent: int = 0
    looks: int = 0
    approved: tuple[int, ...] = ()
    aside: tuple[Aside, ...] = ()
    more_aside: int = 0
    left_over: int = 0
    problems: tuple[str, ...] = ()
    read_back: int | None = None
    stopped: str | None = None
    failed: str | None = None
    undone: Undone | None = None

    @property
    def is_partly(self) -> bool:
        """Whether something that the policy means could not be approved."""
        exceptions = any(each.why not in HARMLESS for each in self.aside) or self.more_aside
        return bool(exceptions or self.problems or self.stopped)

    def is_mine(self, entry: Candidate) -> bool:
        """Tell whether an entry is approved, and by this run."""
        by = {None, *(user.id for user in self.users)}
        return entry.approved_at == self.approved_at and entry.approved_by in by

    def set_aside(self, entries: Iterable[Aside]) -> Record:
        """Return the record with more entries that are not approved."""
        every = (*self.aside, *entries)
        more = self.more_aside + max(0, len(every) - MOST_ASIDE)
        return replace(self, aside=every[:MOST_ASIDE], more_aside=more)

    def add_user(self, user: User) -> Record:
        """Return the record with one more user in whose name it approves."""
        return self if user in self.users else replace(self, users=(*self.users, user))


def key_of(policy: str, at: int, *, by_hand: bool) -> str:
    """Return the key of a run: `weekly/2026-07-06T04:00:00Z`, or `weekly/by-hand/2026-07-06T09:12:33Z`."""
    moment = dt.datetime.fromtimestamp(at // 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{policy}/by-hand/{moment}" if by_hand else f"{policy}/{moment}"


def to_text(record: Record) -> str:
    """Write a record down."""
    return json.dumps(record, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Write what JSON has no word for: dates, entries set aside as lists, values without what is as by default."""
    match value:
        case dt.date():
            return value.isoformat()
        case Aside():
            return [value.noko_id, value.why, value.says]
        case _:
            fields = {name: getattr(value, name) for name in value.__dataclass_fields__}
            return {
                name: each for name, each in fields.items() if each is not None and each is not False and each != ()
            }


def from_text(text: str) -> Record:
    """Read what `to_text` wrote."""
    given: dict[str, Any] = json.loads(text)
    if done_to := given.get("done_to"):
        given["done_to"] = (dt.date.fromisoformat(done_to[0]), done_to[1])
    if undone := given.get("undone"):
        ids, left = tuple(undone.get("unapproved", ())), _asides(undone.get("left", ()))
        given["undone"] = Undone(**undone | {"unapproved": ids, "left": left})
    lists = {name: tuple(given[name]) for name in ("chosen", "approved", "problems") if name in given}
    given |= lists | {"stage": Stage(given["stage"]), "aside": _asides(given.get("aside", ()))}
    return Record(**given | {"users": tuple(User(**user) for user in given.get("users", ()))})


def _asides(given: Iterable[Any]) -> tuple[Aside, ...]:
    return tuple(Aside(noko_id, Why(why), says) for noko_id, why, says in given)
