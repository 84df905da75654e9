"""Approve what the policies of the routing file mean, each time that one is due: once, by the tick.

A run is due once for each of its instants; the agenda says which one was begun last, the run's own record how far it
is. One that was not ended, because Noko was away or the time ran out, is ended before the next one begins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import agenda as agendas
from chalicelib.domain.approval import DUE
from chalicelib.domain.approval_letter import letters
from chalicelib.domain.approval_record import Record, from_text, key_of, to_text
from chalicelib.domain.interval import LEASE_MARGIN_MS, MIN_REMAINING_MS
from chalicelib.domain.run import Run
from chalicelib.errors import AuthenticationError, NokoError, StoreUnavailable, Unavailable
from chalicelib.services import run as runs
from chalicelib.services import telling
from chalicelib.services.approving import Approving, NotPermitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.agenda import Agenda, Known
    from chalicelib.domain.routing_table import Approval, Routing
    from chalicelib.ports import Ports

KIND = "approval"
AGENDA = "policy"
AGENDA_KEY = "all"
OVERDUE_MS = 3_600_000
"""How late a run may be before somebody is told: longer than a big one takes."""
RENEW_MS = 30 * 86_400_000
"""How old the agenda's item may get: the table forgets items of 400 days."""


def approve_due(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Do what is due of each policy before `deadline` (ms); the next tick goes on.

    Costs nothing without policies, a read for all of them together and one for each. Does nothing while calls to Noko
    are paused, or the ledger is known to be behind (restore mode). Raises StoreUnavailable; then the run is taken up
    again when its lease has lapsed.
    """
    if not routing.approvals:
        return
    try:
        _approve_due(ports=ports, routing=routing, deadline=deadline)
    except runs.TakenOver:
        ports.telemetry.event("approval_taken_over")


def _approve_due(*, ports: Ports, routing: Routing, deadline: int) -> None:
    now = ports.clock.now()
    held = _agenda(ports=ports, routing=routing, now=now)
    if held is None:
        return
    for policy in routing.approvals:
        known = agendas.from_text(held.body)[policy.name]
        due = _next(policy, known, ports=ports, now=now)
        if due is None:
            continue
        if ports.throttle.state().is_closed or ports.clock.now() > deadline - MIN_REMAINING_MS:
            _tell_overdue(policy, due, ports=ports)
            return
        if due != known.last:
            held = _begin(held, policy, due, ports=ports)
        run = runs.claim(KIND, _key(policy, due), lease_until=deadline + LEASE_MARGIN_MS, ports=ports)
        if run is None or not _work(run, policy, due, held, ports=ports, routing=routing, deadline=deadline):
            _tell_overdue(policy, due, ports=ports)
            return  # the next policy may mean the same entries, and what this one has begun is its own


def _tell_overdue(policy: Approval, due: int, *, ports: Ports) -> None:
    """Raise the alarm over a run that still is not ended, by each tick that leaves it."""
    if ports.clock.now() - due > OVERDUE_MS:
        ports.telemetry.alarm("approval_overdue", run=_key(policy, due))


def _agenda(*, ports: Ports, routing: Routing, now: int) -> Run | None:
    """Read the agenda, and bring it up to the routing file; None while somebody else does so."""
    held = ports.ledger.run(AGENDA, AGENDA_KEY)
    known = agendas.from_text(held.body) if held else {}
    body = agendas.to_text(agendas.renewed(known, routing.approvals, timezone=routing.defaults.timezone, now=now))
    stamp = ports.tokens.fresh()
    if held is None:
        held = ports.ledger.put_run(Run(AGENDA, AGENDA_KEY, started_at=now, lease_until=now, stamp=stamp, body=body))
        return held if held.stamp == stamp else None
    if held.body == body and now - held.started_at < RENEW_MS:
        return held
    after = replace(held, started_at=now, stamp=stamp, body=body)
    return after if ports.ledger.swap_run(held, after).stamp == stamp else None


def _next(policy: Approval, known: Known, *, ports: Ports, now: int) -> int | None:
    """Return the due instant to work on: that of the last run if it was not ended, else the one that is due by now."""
    if known.last is not None:
        run = ports.ledger.run(KIND, _key(policy, known.last))
        if run is None or run.finished_at is None:
            return known.last
    return known.due(now=now)


def _begin(held: Run, policy: Approval, due: int, *, ports: Ports) -> Run:
    """Make a run the last one. Raises TakenOver when somebody else did so, or changed the agenda otherwise."""
    agenda: Agenda = agendas.from_text(held.body)
    agenda[policy.name] = begun = agenda[policy.name].begin(due)
    if begun.passed_over:
        ports.telemetry.alarm("approval_missed", run=_key(policy, due), count=begun.passed_over)
    return runs.keep(held, agendas.to_text(agenda), lease_until=held.lease_until, ports=ports)


def _work(run: Run, policy: Approval, due: int, held: Run, *, ports: Ports, routing: Routing, deadline: int) -> bool:
    """Go on with a run that is ours, and leave it to whoever comes next unless it is ended; tell whether it is."""
    if run.body:
        record = from_text(run.body)
    else:
        passed_over = agendas.from_text(held.body)[policy.name].passed_over
        record = fresh(policy, due, now=ports.clock.now(), by_hand=False, passed_over=passed_over)
    timezone = routing.defaults.timezone
    work = Approving(run, record, policy, ports=ports, timezone=timezone, deadline=deadline)
    try:
        work.go_on()
    except (StoreUnavailable, runs.TakenOver):
        raise
    except (NotPermitted, NokoError) as error:
        end(replace(work.record, failed=str(error)), work.run, notify=policy.notify, ports=ports)
        return True
    except (Unavailable, AuthenticationError) as error:
        runs.let_go(work.run, to_text(work.record), ports=ports)
        ports.telemetry.event("approval_postponed", run=run.key, stage=work.record.stage, error=type(error).__name__)
        return False
    end(work.record, work.run, notify=policy.notify, ports=ports)
    return True


def fresh(policy: Approval, at: int, *, now: int, by_hand: bool, passed_over: int = 0) -> Record:
    """Return the record of a run that begins; Noko knows whole seconds only."""
    approved_at = at if policy.approved_at == DUE else now
    return Record(policy.name, at, approved_at // 1000 * 1000, by_hand=by_hand, passed_over=passed_over)


def end(record: Record, run: Run, *, notify: Sequence[str], ports: Ports) -> None:
    """Tell how a run ended, and finish it: a crash between the two alarms twice, never not at all.

    Those whom the policy tells get one letter each: it has the run's name.
    """
    counts = {"approved": len(record.approved), "aside": len(record.aside) + record.more_aside}
    if record.failed is not None or record.stopped is not None:
        ports.telemetry.alarm("approval_failed", run=run.key, **counts)
    ports.telemetry.event("approval_ended", run=run.key, left_over=record.left_over, **counts)
    telling.post(letters(record, run.key, notify, now=ports.clock.now()), ports=ports)
    runs.finish(run, to_text(record), ports=ports)


def _key(policy: Approval, due: int) -> str:
    return key_of(policy.name, due, by_hand=False)
