"""Restore mode: after the table was put back to an earlier time, post nothing until Noko was asked what it forgot.

    mark ─ quiet period ─ look ─ look again ─ move on what was found ─ lift

The mark lies in the throttle's item, so every posting sees it, and no probe lifts it. Everything after it is
harmless twice: a crash anywhere leaves the mark, and the same command goes through the whole again.

The quiet period is there for workers that ran until a moment ago: a POST of theirs may still arrive. Two looks,
because nothing promises that Noko's list shows at once what it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.interval import LEASE_MARGIN_MS
from chalicelib.domain.throttle import HORIZON_MS
from chalicelib.errors import UserError
from chalicelib.services import pausing
from chalicelib.services.audit import booked
from chalicelib.services.reconcile import LOOK_BACK_MS
from chalicelib.services.recovery import What, recover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.audit import Booked
    from chalicelib.ports import Ports
    from chalicelib.services.recovery import Recovered


def begin(restored_to: int, *, ports: Ports) -> int:
    """Put the ledger into restore mode, and return when nothing of earlier attempts can still arrive (ms).

    Raises UserError for an instant that is yet to come.
    """
    now = ports.clock.now()
    if restored_to > now:
        raise UserError("no table can have been restored to an instant that is yet to come")
    ports.throttle.enter_restore(restored_to, now=now)
    ports.telemetry.event("restore_began", restored_to=restored_to)
    return _quiet_until(ports.throttle.state().restoring_since or now, ports=ports)


def _quiet_until(marked_at: int, *, ports: Ports) -> int:
    """Count from the last slot that a posting can have got: it may lie a horizon after the mark."""
    intervals = ports.intervals
    return marked_at + HORIZON_MS + intervals.lease_ms + LEASE_MARGIN_MS + intervals.settle_ms


def fill_gap(*, ports: Ports) -> tuple[Recovered, ...]:
    """Wait out the quiet period, bring the ledger up to what Noko holds, and end the restore mode.

    Raises UserError when the ledger is not in restore mode, or came into it anew meanwhile; and what the
    questions raise: then the mode stays on, and the same again goes through the whole.
    """
    bucket = ports.throttle.state()
    if bucket.restored_to is None:
        raise UserError("the ledger is not in restore mode")
    ports.clock.sleep_until(_quiet_until(bucket.restoring_since or ports.clock.now(), ports=ports))
    if bucket.paused_at is not None:
        pausing.probe(ports=ports)  # the pause may be as old as the table
    listed = _look_twice(bucket.restored_to, ports=ports)
    found = tuple(recover(listed, delivery=f"restore:{bucket.restored_to}", ports=ports))
    if not ports.throttle.leave_restore(bucket.restored_to, now=ports.clock.now()):
        raise UserError("the table was put into restore mode for an earlier instant meanwhile; do it again")
    counts = {what.value: sum(each.what is what for each in found) for what in What}
    ports.telemetry.event("restore_ended", restored_to=bucket.restored_to, **counts)
    different = counts[What.DOUBLED] + counts[What.NEEDS_ATTENTION]
    if different:
        ports.telemetry.alarm("restore_difference", count=different, **counts)
    return found


def _look_twice(restored_to: int, *, ports: Ports) -> Sequence[Booked]:
    """List what changed in Noko since an hour before that instant, twice, and put the two together."""
    first = ports.noko.entries(updated_from=restored_to - LOOK_BACK_MS, user_ids=())
    ports.clock.sleep_until(ports.clock.now() + ports.intervals.second_look_ms)
    second = ports.noko.entries(updated_from=restored_to - LOOK_BACK_MS, user_ids=())
    newest = {entry.id: booked(entry) for entry in (*first, *second)}
    return [newest[noko_id] for noko_id in sorted(newest)]
