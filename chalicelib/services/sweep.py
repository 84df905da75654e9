"""The minute tick: what a crash, a lost message or an outage left behind is found here and moved on.

Every step is harmless twice and at once with everything else; one that fails leaves the others to run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import transition
from chalicelib.domain.entry import OBSERVED, Held
from chalicelib.domain.finding import held_back
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import PAGE
from chalicelib.errors import AuthenticationError, ConfigurationError, NokoError, Unavailable, told
from chalicelib.services import directory, pausing, sending
from chalicelib.services.approvals import approve_due
from chalicelib.services.catch_up import catch_up
from chalicelib.services.digest import tell_digest
from chalicelib.services.feedback import give_feedback
from chalicelib.services.first_look import look_first
from chalicelib.services.judging import Judge
from chalicelib.services.night import audit_nights
from chalicelib.services.reconcile import mark_lost, reconcile
from chalicelib.services.telling import resend

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.entry import Entry
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports

HOUR_MS = 3_600_000
BATCH = 200
"""How many deliveries, doubts and held entries one tick takes on; the next tick takes the next."""
EXPIRED = 1_000
"""How many items go in one tick: more than two entries a second, the most there can be, leave behind in a minute."""


def sweep(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Run every step once. Raises the first failure after all steps had their turn.

    The steps that ask Noko come last: a list that takes longer than a tick lives must not stop what is queued.
    """
    steps: tuple[Callable[[], object], ...] = (
        lambda: _probe(ports=ports),
        lambda: _reopen(ports=ports),
        lambda: sending.top_up(ports=ports),
        lambda: ports.ledger.retire(now=ports.clock.now(), limit=BATCH),
        lambda: ports.ledger.expire(now=ports.clock.now(), limit=EXPIRED),
        lambda: _resolve_doubts(ports=ports),
        lambda: _count_attention(ports=ports),
        lambda: _judge_held(ports=ports, routing=routing, deadline=deadline),
        lambda: _know_projects(ports=ports, routing=routing),
        lambda: audit_nights(ports=ports, routing=routing, deadline=deadline),
        lambda: catch_up(ports=ports, routing=routing, deadline=deadline),
        lambda: give_feedback(ports=ports, routing=routing, deadline=deadline),
        lambda: tell_digest(ports=ports, routing=routing, deadline=deadline),
        lambda: resend(ports=ports, routing=routing),
        lambda: look_first(ports=ports, deadline=deadline),
        lambda: approve_due(ports=ports, routing=routing, deadline=deadline),
    )
    failures: list[Unavailable | AuthenticationError | NokoError | ConfigurationError] = []
    for step in steps:
        try:
            step()
        except (Unavailable, AuthenticationError, NokoError, ConfigurationError) as error:
            ports.telemetry.event("tick_step_failed", **told(error))
            failures.append(error)
    if failures:
        raise failures[0]


def _probe(*, ports: Ports) -> None:
    if ports.throttle.state().paused_at is not None:
        pausing.probe(ports=ports)


def _reopen(*, ports: Ports) -> None:
    now = ports.clock.now()
    received: list[int] = []
    for key in ports.ledger.unopened(now=now, limit=BATCH):
        received_at = ports.ledger.postpone(key, until=now + ports.intervals.sweep_ms)
        if received_at is not None:
            received.append(received_at)
            ports.queue.send_delivery(key)
    if received:
        waiting_s = (now - min(received)) // 1000
        ports.telemetry.event("deliveries_wait", count=len(received), waiting_s=waiting_s)


def _resolve_doubts(*, ports: Ports) -> None:
    now = ports.clock.now()
    due = ports.ledger.due(now=now, limit=BATCH)
    for entry in due:
        if entry.status is Status.POSTING:
            mark_lost(entry, ports=ports)
    doubts = [entry for entry in due if entry.status is Status.UNCERTAIN]
    if doubts:
        uncertain_s = (now - min(entry.claimed_at or entry.changed_at for entry in doubts)) // 1000
        ports.telemetry.event("entries_in_doubt", count=len(doubts), uncertain_s=uncertain_s)
    # in restore mode what old workers sent may still arrive, so that a look in vain would prove nothing
    if doubts and not ports.throttle.state().is_closed:
        reconcile(doubts, ports=ports)


def _count_attention(*, ports: Ports) -> None:
    """Count, in the first tick of each hour, the entries that a person has to look for: nothing else reads them."""
    if ports.clock.now() % HOUR_MS < ports.intervals.sweep_ms:
        entries = sum(entry.status is Status.NEEDS_ATTENTION for entry in ports.ledger.in_doubt())
        if entries:
            ports.telemetry.event("attention_needed", entries=entries)


def _judge_held(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Judge held entries anew when the routing file or the directory changed since; hourly fetch while any is held."""
    held = ports.ledger.held()
    judge = Judge(ports=ports, routing=routing) if held else None
    if judge is None or judge.is_blind:
        return
    changed = [h.key for h in held if h.judged_by != judge.fingerprint]
    for key in changed[:BATCH]:
        entry = ports.ledger.entry(key)
        if ports.clock.now() > deadline - MIN_REMAINING_MS:
            return
        if entry is not None and entry.status is Status.HELD:
            _judge_again(entry, judge, ports=ports)


def _know_projects(*, ports: Ports, routing: Routing) -> None:
    """Keep the directory at most an hour old while a form of our own offers projects: its page never asks Noko."""
    if any(form.preset == PAGE for form in routing.forms):
        directory.find(ports=ports)


def _judge_again(entry: Entry, judge: Judge, *, ports: Ports) -> None:
    verdict = judge.verdict(entry.draft, received_at=entry.received_at)
    if verdict is None:
        return
    if not isinstance(verdict, Held) and entry.observed:
        verdict = Held(OBSERVED, "observed only; `tallyhook replay --observed` logs it", verdict)
    verdict = held_back(entry, verdict)
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    if isinstance(verdict, Held):
        after = transition.judge_again(entry, now=now, stamp=stamp, verdict=verdict, judged_by=judge.fingerprint)
    else:
        described = replace(entry, draft=judge.described(entry.draft))
        after = transition.queue(described, now=now, stamp=stamp, route=verdict)
    if ports.ledger.swap(entry, after).stamp == stamp:
        ports.telemetry.event("judged_again", entry=entry.key, status=after.status, reason=after.reason_code)
