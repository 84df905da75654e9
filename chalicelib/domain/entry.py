"""The things Tallyhook moves about: drafts, routes, entries, attempts, and notes on what became none.

All instants are integers: milliseconds since 1970-01-01T00:00Z. Dates are calendar dates without a zone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from chalicelib.domain.content import Content
    from chalicelib.domain.lifecycle import Status

ATTEMPTS_KEPT = 50
FORM = "form:"
"""How the entry keys of forms begin."""
WEAK = "weak-"
"""What follows a form's name in the key of a submission that came without an id."""
MAX_NOKO_ID = 2_147_483_647
"""Noko's ids are 4-byte integers from 1 (https://developer.nokotime.com/v2/, "Conventions")."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the work, as the source tells it. None of it is proven: see SECURITY.md."""

    name: str | None = None
    email: str | None = None
    login: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a commit or a form asks for, before routing.

    `repository` and `branch` are empty for a form's, which names its `form`. `project` is a name the author
    asked for; `copy_of` is the full SHA a cherry-pick names: such a draft becomes a `skipped` entry when the
    ledger holds that commit's work, and an ordinary one when it does not. What `is_merge` by its text becomes
    one only if it turns out to have a single parent. `content` is by what its copies are known. `worked_at` is
    the instant of the commit, or of a form's submission, from which its age is counted.
    """

    key: str
    minutes: int
    date: dt.date
    description: str
    source_url: str
    author: Author
    worked_at: int
    repository: str = ""
    branch: str = ""
    form: str | None = None
    project: str | None = None
    copy_of: str | None = None
    is_merge: bool = False
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Why a commit that holds a directive, or a form's submission, became no entry.

    `subject` is the commit's SHA, or the entry key of a submission (`form:…`). `kind` is `skipped` or `malformed`.
    `text` is the offending piece; `field` the question of the form that it was the answer to;
    `who` the author as the source names them.
    """

    subject: str
    kind: str
    reason: str
    text: str | None = None
    field: str | None = None
    who: str | None = None

    @property
    def key(self) -> str:
        """The key of the entry that there would be."""
        return self.subject if self.subject.startswith(FORM) else commit_key(self.subject)


@dataclass(frozen=True, slots=True)
class Route:
    """Where an entry goes: ids as Noko knows them, names as people do."""

    project_id: int
    project: str
    user_id: int
    person: str


@dataclass(frozen=True, slots=True)
class Held:
    """No route, or none wanted yet. `code` is stable; `reason` is a sentence with what would mend it.

    `route` is where the entry would go if it were not for the reason: known for `too_old` and `observed`.
    """

    code: str
    reason: str
    route: Route | None = None


OBSERVED = "observed"
TOO_OLD = "too_old"
TOO_LONG = "too_long"
AMENDS = "amends"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One finished try at creating the entry, for people to read."""

    number: int
    started_at: int
    ended_at: int
    outcome: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A Noko time entry that must come to exist once, with all that is known of it.

    `attempt`, `token` and `lease_until` fence the writes of the attempt that is under way. `rounds` counts
    "unknown, then absent twice"; `absent_at` is the instant of the first of two looks; `first_attempt_at`
    is from when Noko may hold a trace. `due_at` is when the tick should look at the entry again; None for
    what waits for a person or has ended. `judged_by` is the hash of routing file and directory that a held
    entry was judged by. `amends` is the key of the entry whose commit this one rewrites with other minutes;
    `remark` what is to be known of it for good. `stamp` is fresh with every write: it tells our own write,
    reported as failed by a retry, from somebody else's.
    """

    key: str
    status: Status
    draft: Draft
    delivery: str
    received_at: int
    opened_at: int
    route: Route | None = None
    reason: str | None = None
    reason_code: str | None = None
    judged_by: str | None = None
    observed: bool = False
    amends: str | None = None
    remark: str | None = None
    due_at: int | None = None
    sent_at: int | None = None
    attempt: int = 0
    token: str | None = None
    claimed_at: int | None = None
    lease_until: int | None = None
    first_attempt_at: int | None = None
    absent_at: int | None = None
    rounds: int = 0
    noko_id: int | None = None
    logged_minutes: int | None = None
    changed_at: int = 0
    stamp: str = ""


def commit_key(sha: str) -> str:
    """Return the entry key of a commit: the same on every branch, in every fork and redelivery."""
    return f"github:{sha}"


def waiting_since(entry: Entry) -> int:
    """Return since when a queued entry waits: its first attempt, or the instant at which it was queued before any.

    One that was queued again after it had ended counts from then until its next attempt.
    """
    first = entry.first_attempt_at
    return entry.changed_at if first is None or entry.reason is None else first


def is_weak(key: str) -> bool:
    """Tell whether a key was made of what a submission says, so that equal ones count once for ten minutes only."""
    return key.startswith(FORM) and key.removeprefix(FORM).partition(":")[2].startswith(WEAK)


def form_source_url(url: str, key: str) -> str:
    """Make a URL that a form gave unique to the key, so that a match in Noko means this entry alone."""
    return f"{url}#th-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
