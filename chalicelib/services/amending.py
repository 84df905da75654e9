"""Change the entry of a commit whose author rewrote it with other minutes, instead of logging one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import transition
from chalicelib.domain.finding import short
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import UserError

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Ports

MOST_STEPS = 50
"""How often one commit may have been amended."""


def amend(key: str, *, ports: Ports) -> Entry:
    """Give the entry that `key` amends the minutes of `key`, in Noko and in the ledger; `key` itself is skipped then.

    Noko is asked first, and every step is harmless twice: after a lost answer or a crash, do it again. Raises
    UserError when there is nothing to change yet, NokoError when Noko will not (an approved entry is locked), and
    what the port raises when nobody knows.
    """
    entry = ports.ledger.entry(key)
    if entry is None:
        raise UserError(f"the ledger has no entry {key}")
    if entry.status is not Status.HELD or entry.amends is None:
        raise UserError(f"{key} is {entry.status}, and amends no other entry")
    original = _logged(entry, ports=ports)
    assert original.noko_id is not None, "what is logged has an id"
    booked = ports.noko.edit_minutes(original.noko_id, entry.draft.minutes)
    minutes = entry.draft.minutes if booked.minutes is None else booked.minutes
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    ports.ledger.swap(original, transition.correct(original, now=now, stamp=stamp, minutes=minutes))
    reason = f"amended {short(original.key)}: its entry {original.noko_id} in Noko has {minutes} minutes now"
    after = transition.amend(entry, now=now, stamp=ports.tokens.fresh(), reason=reason)
    stands = ports.ledger.swap(entry, after)
    if stands.stamp != after.stamp:
        raise UserError(f"{key} changed meanwhile: it is {stands.status} now; look again")
    ports.telemetry.event("person_amended", entry=key, original=original.key, minutes=minutes)
    return after


def _logged(entry: Entry, *, ports: Ports) -> Entry:
    """Find the entry in Noko that an amendment is of, back over amendments that were made already."""
    step: Entry | None = entry
    for _ in range(MOST_STEPS):
        if step is None or step.amends is None:
            break
        step = ports.ledger.entry(step.amends)
        if step is not None and step.status is Status.LOGGED:
            return step
        if step is None or step.amends is None or step.status is not Status.SKIPPED:
            break
    where = "is gone from the ledger" if step is None else f"({step.key}) is {step.status}"
    raise UserError(
        f"what {entry.key} amends {where}: only what is logged can be changed; "
        f"`tallyhook replay {entry.key} --anyway` logs this one by itself"
    )
