"""Find out in Noko what became of attempts whose fate nobody knows: one list for all open doubts.

A match has the entry's `source_url`, its user, and a Noko id that no other key holds. Never minutes (Noko rounds),
never text (people edit), never `created_at`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from chalicelib.domain import transition
from chalicelib.domain.lifecycle import Status
from chalicelib.services.posting import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.entry import Entry
    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ports

LOOK_BACK_MS = 3_600_000
"""How much earlier than our first trace we look: the two clocks need not agree."""


def reconcile(doubts: Sequence[Entry], *, ports: Ports) -> None:
    """Look for each uncertain entry, and move on those about which the look says something.

    `doubts` are due: nothing of their last attempt can still arrive. Raises what the list call raises; then
    nothing was concluded. A list is complete or it is no look.
    """
    if not doubts:
        return
    user_ids = sorted({entry.route.user_id for entry in doubts if entry.route is not None})
    since = min(min(entry.received_at, entry.first_attempt_at or entry.received_at) for entry in doubts)
    by_url: dict[str, list[NokoEntry]] = defaultdict(list)
    for listed in ports.noko.entries(updated_from=since - LOOK_BACK_MS, user_ids=user_ids):
        if listed.source_url is not None:
            by_url[listed.source_url].append(listed)
    for entry in doubts:
        _conclude(entry, by_url[entry.draft.source_url], ports=ports)


def _conclude(entry: Entry, candidates: Sequence[NokoEntry], *, ports: Ports) -> None:
    after = _judge(entry, _matches(entry, candidates, ports=ports), ports=ports)
    if after is entry:
        return
    holds = ports.ledger.swap(entry, after)
    if holds.stamp == after.stamp:
        ports.telemetry.event("reconciled", status=after.status, **_name(entry))


def _matches(entry: Entry, candidates: Sequence[NokoEntry], *, ports: Ports) -> list[NokoEntry]:
    """Keep the candidates of the right person that no other key holds; one seen on two pages counts once."""
    wanted = entry.route.user_id if entry.route else None
    mine = {c.id: c for c in candidates if c.user is not None and c.user.id == wanted}
    return [c for c in mine.values() if ports.ledger.holder_of(c.id) in (None, entry.key)]


def _judge(entry: Entry, matches: Sequence[NokoEntry], *, ports: Ports) -> Entry:
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    if len(matches) > 1:
        ids = ", ".join(str(match.id) for match in matches)
        ports.telemetry.alarm("found_twice", status=Status.NEEDS_ATTENTION, noko_ids=ids, **_name(entry))
        return transition.need_attention(entry, now=now, stamp=stamp, reason=f"found more than once in Noko: {ids}")
    if matches:
        match = matches[0]
        holder = ports.ledger.take_noko_id(match.id, entry.key)
        if holder == entry.key:
            return transition.log(entry, now=now, stamp=stamp, noko_id=match.id, minutes=match.minutes)
    if entry.absent_at is None:
        return transition.miss(entry, now=now, stamp=stamp, second_look_ms=ports.intervals.second_look_ms)
    if now - entry.absent_at < ports.intervals.second_look_ms:
        return entry
    after = transition.clear(entry, now=now, stamp=stamp)
    if after.status is Status.NEEDS_ATTENTION:
        ports.telemetry.alarm("needs_attention", status=after.status, rounds=after.rounds, **_name(entry))
    return after


def mark_lost(entry: Entry, *, ports: Ports) -> Entry:
    """Turn an attempt whose worker never came back into a doubt; return what the ledger then holds."""
    reason = "the worker did not come back"
    record(entry, "lost", reason, ports=ports)
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    after = transition.doubt(entry, now=now, stamp=stamp, reason=reason, settle_ms=ports.intervals.settle_ms)
    holds = ports.ledger.swap(entry, after)
    if holds.stamp == stamp:
        ports.telemetry.event("attempt_lost", status=after.status, **_name(entry))
    return holds


def _name(entry: Entry) -> dict[str, str | int]:
    """Return what a line about an entry says it is about."""
    return {"delivery": entry.delivery, "entry": entry.key, "attempt": entry.attempt}
