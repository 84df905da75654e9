"""What is done once for each night, or each date of a schedule: claimed under a lease, and finished by one.

A run that crashed is taken over when its lease has lapsed. Each write has a fresh `stamp` and is conditional on
the one before, so that a process that was only slow cannot write into a run that another one took over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `kind` says what is done, `key` for which night or date; all instants are milliseconds.

    `tries` counts how often somebody took it on. `body` is JSON whose shape is the kind's own: what was learned so
    far, and in the end what was found.
    """

    kind: str
    key: str
    started_at: int
    lease_until: int
    stamp: str
    tries: int = 1
    finished_at: int | None = None
    body: str = ""


def take_over(run: Run, *, stamp: str, lease_until: int) -> Run:
    """Take on a run that somebody left undone, with what was learned so far."""
    return replace(run, stamp=stamp, lease_until=lease_until, tries=run.tries + 1)


def let_go(run: Run, *, now: int, stamp: str, body: str) -> Run:
    """Leave a run undone, for whoever comes next."""
    return replace(run, stamp=stamp, lease_until=now, body=body)


def finish(run: Run, *, now: int, stamp: str, body: str) -> Run:
    """End a run."""
    return replace(run, stamp=stamp, lease_until=now, finished_at=now, body=body)
