"""Take on what is to be done once: claim a run, keep what was learned, finish it. One at a time holds it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import run as runs
from chalicelib.domain.run import Run
from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from chalicelib.ports import Ports


def claim(kind: str, key: str, *, lease_until: int, ports: Ports) -> Run | None:
    """Return the run if it is now ours; None if it is finished, or somebody else's until their lease lapses."""
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    holds = ports.ledger.put_run(Run(kind, key, started_at=now, lease_until=lease_until, stamp=stamp))
    if holds.stamp == stamp:
        return holds
    if holds.finished_at is not None or now < holds.lease_until:
        return None
    after = runs.take_over(holds, stamp=stamp, lease_until=lease_until)
    return after if ports.ledger.swap_run(holds, after).stamp == stamp else None


class TakenOver(Unavailable):
    """A run that was ours until its lease lapsed."""


def keep(run: Run, body: str, *, lease_until: int, ports: Ports) -> Run:
    """Write down what was learned so far, and hold the run on; return it as it is now.

    Raises TakenOver if somebody else has it by now, or ended it.
    """
    after = replace(run, stamp=ports.tokens.fresh(), lease_until=lease_until, body=body)
    if ports.ledger.swap_run(run, after).stamp != after.stamp:
        raise TakenOver(f"the run {run.key} is somebody else's by now")
    return after


def let_go(run: Run, body: str, *, ports: Ports) -> None:
    """Leave a run to whoever comes next, with what was learned; nothing if somebody else took it over."""
    after = runs.let_go(run, now=ports.clock.now(), stamp=ports.tokens.fresh(), body=body)
    ports.ledger.swap_run(run, after)


def finish(run: Run, body: str, *, ports: Ports) -> bool:
    """End a run; return False if somebody else took it over and will end it."""
    after = runs.finish(run, now=ports.clock.now(), stamp=ports.tokens.fresh(), body=body)
    return ports.ledger.swap_run(run, after).stamp == after.stamp
