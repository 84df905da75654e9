"""`tallyhook audit`: the ledger's days against Noko's days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from chalicelib.domain.audit import UNEXPLAINED, Kind
from chalicelib.domain.audit_json import failure_from_text, finding_to_json, report_from_text
from chalicelib.errors import NokoError, TallyhookError, Unavailable
from chalicelib.services import audit as service
from chalicelib.services.night import KIND
from cli.failure import FAILED, PARTLY_DONE
from cli.moment import iso
from cli.parameter import DATE, json_option
from cli.record import short_key
from cli.terminal import Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.audit import Report
    from chalicelib.domain.run import Run
    from chalicelib.ports import Ports
    from cli.desk import Desk, Site
    from cli.terminal import Piece

    Day = tuple[dt.date, Report | TallyhookError]
    """A day, and what its audit found or why it could not be asked."""

NIGHTS = 14
"""How many nights are shown."""
NIGHT_DAYS = 35
"""How far back they are looked for."""

STYLES = {**dict.fromkeys(UNEXPLAINED, "bold red"), Kind.DELETED: "yellow", Kind.CHANGED: "yellow", Kind.OPEN: "dim"}
WORDS = {Kind.DELETED: "deleted by people", Kind.CHANGED: "changed by people", Kind.OPEN: "still open"}

_FINDINGS = (Column("day"), Column("what"), Column("key"), Column("Noko id", right=True), Column("how", ratio=1))
_NIGHTS = (Column("day"), Column("audited"), Column("compared", right=True), Column("found", ratio=1))


@click.command(short_help="Compare the ledger with Noko, day by day.")
@click.option("--from", "first", type=DATE, metavar="DATE", help="The first day to compare.")
@click.option("--to", "last", type=DATE, metavar="DATE", help="The last day to compare.")
@json_option
@click.pass_obj
def audit(desk: Desk, *, first: dt.date | None, last: dt.date | None, as_json: bool) -> None:
    """Compare the days from --from to --to in the ledger and in Noko; without them, show what the nights found.

    What is missing in Noko, doubled, or unknown to the ledger has no explanation: exit code 1. What people changed
    or deleted in Noko, and what still waits, is told and is fine. Exit code 5 means that not every day could be
    asked about. Nothing is changed. DATE is written YYYY-MM-DD and means the day of the work.
    """
    if (first is None) is not (last is None):
        raise click.UsageError("name both days, --from and --to, or neither")
    as_json = as_json or not desk.terminal.can_draw
    if first is None or last is None:
        _show_nights(desk, as_json=as_json)
        return
    if first > last:
        raise click.UsageError("the first day is later than the last")
    days = _show_days(desk, _asked(desk.site(), first, last), as_json=as_json)
    reports = [found for _, found in days if not isinstance(found, TallyhookError)]
    failures = [found for _, found in days if isinstance(found, TallyhookError)]
    desk.terminal.say(_summary(reports, failures))
    if not reports and failures:
        raise failures[0]
    if any(report.unexplained for report in reports):
        raise click.exceptions.Exit(FAILED)
    if failures:
        raise click.exceptions.Exit(PARTLY_DONE)


def _asked(site: Site, first: dt.date, last: dt.date) -> Iterator[Day]:
    """Audit each day; once Noko is not there, the rest would fare no better and is not tried."""
    routing = site.routing()
    entries = service.entries_of(first, last, ports=site.ports)
    away: TallyhookError | None = None
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        if away is not None:
            yield day, away
            continue
        try:
            report = service.look(day, entries.get(day, ()), ports=site.ports, routing=routing)
        except NokoError as error:
            yield day, error
        except Unavailable as error:
            away = error
            yield day, error
        else:
            assert report is not None, "without a deadline no day is left undone"
            yield day, report


def _show_days(desk: Desk, days: Iterator[Day], *, as_json: bool) -> Sequence[Day]:
    shown = []
    for day in days:
        shown.append(day)
        if as_json:
            desk.terminal.record(_record(*day))
    rows = [row for day, found in shown for row in _rows(day, found)]
    if rows and not as_json:
        desk.terminal.table(_FINDINGS, rows)
    return shown


def _rows(day: dt.date, found: Report | TallyhookError) -> Iterator[list[Piece]]:
    if isinstance(found, TallyhookError):
        yield [day.isoformat(), ("not asked", "yellow"), "", "", str(found)]
        return
    for each in found.findings:
        key, noko_id = short_key(each.key or ""), "" if each.noko_id is None else str(each.noko_id)
        yield [day.isoformat(), (each.kind.value, STYLES[each.kind]), key, noko_id, each.says]


def _record(day: dt.date, found: Report | TallyhookError, **more: Any) -> dict[str, Any]:
    """Return a day as one object; `state` is `audited`, `not_asked`, or of a night also `under_way`, `failed`."""
    record: dict[str, Any] = {"day": day.isoformat(), "state": "audited", "reason": None}
    record |= {"compared": None, "unexplained": None, "findings": []}
    if isinstance(found, TallyhookError):
        return record | {"state": "not_asked", "reason": str(found)} | more
    findings = [finding_to_json(each) for each in found.findings]
    return record | {"compared": found.compared, "unexplained": len(found.unexplained), "findings": findings} | more


def _summary(reports: Sequence[Report], failures: Sequence[TallyhookError]) -> str:
    compared = sum(report.compared for report in reports)
    days = "1 day" if len(reports) == 1 else f"{len(reports)} days"
    said = f"{days}, {compared} logged {'entry' if compared == 1 else 'entries'} compared: {_counted(reports)}"
    return f"{said}; {len(failures)} could not be asked about" if failures else said


def _counted(reports: Sequence[Report]) -> str:
    counts = Counter(each.kind for report in reports for each in report.findings)
    told = [f"{counts[kind]} {WORDS.get(kind, kind.value)}" for kind in Kind if counts[kind]]
    return ", ".join(told) or "all is as it should be"


def _show_nights(desk: Desk, *, as_json: bool) -> None:
    nights = _nights(desk.site().ports)
    if not nights:
        desk.terminal.say("no night was audited yet: each day is, at three in the morning after it")
    elif as_json:
        for run in nights:
            desk.terminal.record(_night_record(run))
    else:
        desk.terminal.table(_NIGHTS, [_night_row(run) for run in nights])
        desk.terminal.say("`tallyhook audit --from DATE --to DATE` compares again, and tells each finding")


def _nights(ports: Ports) -> list[Run]:
    now = ports.clock.now()
    found = ports.ledger.runs(KIND, since=now - NIGHT_DAYS * 86_400_000, until=now)
    return sorted(found, key=lambda run: run.key)[-NIGHTS:]


def _night_record(run: Run) -> dict[str, Any]:
    day, at = dt.date.fromisoformat(run.key), None if run.finished_at is None else iso(run.finished_at)
    report = report_from_text(run.body) if run.finished_at is not None else None
    if report is not None:
        return _record(day, report, audited_at=at)
    state = "under_way" if run.finished_at is None else "failed"
    reason = failure_from_text(run.body)
    return _record(day, TallyhookError(reason or ""), state=state, reason=reason, audited_at=at)


def _night_row(run: Run) -> list[Piece]:
    if run.finished_at is None:
        return [run.key, "", "", ("under way", "dim")]
    report, at = report_from_text(run.body), iso(run.finished_at)
    if report is None:
        return [run.key, at, "", (failure_from_text(run.body) or "", "yellow")]
    style = "bold red" if report.unexplained else "green"
    return [run.key, at, str(report.compared), (_counted([report]), style)]
