"""The audit of every night: yesterday once it is over, and before it what an outage left out, oldest first.

A finished night means that all before it are finished or out of reach. So in the common case the tick learns from
one read that there is nothing to do.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from chalicelib.domain.audit import UNEXPLAINED
from chalicelib.domain.audit_json import failure_to_text, progress_from_text, progress_to_text, report_to_text
from chalicelib.domain.interval import LEASE_MARGIN_MS, MIN_REMAINING_MS
from chalicelib.domain.night import due_days
from chalicelib.errors import AuthenticationError, NokoError, StoreUnavailable, Unavailable
from chalicelib.services import run as runs
from chalicelib.services.audit import entries_of, look

if TYPE_CHECKING:
    from chalicelib.domain.audit import Report
    from chalicelib.domain.routing_table import Routing
    from chalicelib.domain.run import Run
    from chalicelib.ports import Ports

KIND = "audit"


def audit_nights(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Audit the days that are due, as many as there is time for before `deadline` (ms); the next tick goes on.

    Does nothing while Noko is not to be asked, or the ledger is known to be behind (restore mode). Raises
    StoreUnavailable; then the night is taken up again when its lease has lapsed.
    """
    days = _unfinished(ports=ports, routing=routing)
    if not days or ports.throttle.state().is_closed:
        return
    for day in days:
        if ports.clock.now() > deadline - MIN_REMAINING_MS:
            return
        run = runs.claim(KIND, day.isoformat(), lease_until=deadline + LEASE_MARGIN_MS, ports=ports)
        if run is None or not _audit(run, ports=ports, routing=routing, deadline=deadline):
            return


def _unfinished(*, ports: Ports, routing: Routing) -> list[dt.date]:
    if ports.stamped_at is None:
        return []
    days: list[dt.date] = []
    zone = routing.defaults.timezone
    for day in reversed(due_days(now=ports.clock.now(), since=ports.stamped_at, timezone=zone)):
        run = ports.ledger.run(KIND, day.isoformat())
        if run is not None and run.finished_at is not None:
            break
        days.append(day)
    return days[::-1]


def _audit(run: Run, *, ports: Ports, routing: Routing, deadline: int) -> bool:
    """Audit the day of a run that is ours; return whether it is finished."""
    day = dt.date.fromisoformat(run.key)
    asked = progress_from_text(run.body)
    try:
        entries = entries_of(day, day, ports=ports)[day]
        report = look(day, entries, ports=ports, routing=routing, asked=asked, deadline=deadline)
    except StoreUnavailable:
        raise
    except (Unavailable, AuthenticationError) as error:
        runs.let_go(run, progress_to_text(asked), ports=ports)
        ports.telemetry.event("audit_postponed", day=run.key, error=type(error).__name__)
        return False
    except NokoError as error:
        ports.telemetry.alarm("audit_failed", day=run.key, status=error.status)
        return runs.finish(run, failure_to_text(str(error)), ports=ports)
    if report is None:
        runs.let_go(run, progress_to_text(asked), ports=ports)
        ports.telemetry.event("audit_postponed", day=run.key, asked=len(asked))
        return False
    _tell(report, ports=ports)
    return runs.finish(run, report_to_text(report), ports=ports)


def _tell(report: Report, *, ports: Ports) -> None:
    """Raise the alarm before the run is finished: a crash between the two raises it twice, never not at all."""
    day = report.day.isoformat()
    if report.unexplained:
        counts = {kind.value: report.count(kind) for kind in UNEXPLAINED}
        ports.telemetry.alarm("audit_difference", day=day, count=len(report.unexplained), **counts)
    ports.telemetry.event("audited", day=day, compared=report.compared, findings=len(report.findings))
