"""`tallyhook entries`: what there is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from chalicelib.domain.lifecycle import Status
from cli.forms.rejected import unmapped
from cli.moment import midnight
from cli.parameter import DATE, json_option
from cli.record import minutes, record, short_key
from cli.style import status_piece
from cli.terminal import Column

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Ports
    from cli.desk import Desk
    from cli.terminal import Piece

DAY_MS = 86_400_000
READ_DAYS = 800
"""How far back is read: the ledger keeps entries for 400 days and more, and each month of nothing costs a query."""

_COLUMNS = (
    Column("key"),
    Column("status"),
    Column("min", right=True),
    Column("date"),
    Column("person", ratio=3),
    Column("project", ratio=2),
    Column("description", ratio=4),
    Column("Noko id, or why not", ratio=4),
)


@click.command(short_help="List entries, whatever their status.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in Status]),
    help="Only entries with this status; may be repeated.",
)
@click.option("--since", type=DATE, metavar="DATE", help="Only work of this day or later.")
@click.option("--until", type=DATE, metavar="DATE", help="Only work of this day or earlier.")
@json_option
@click.pass_obj
def entries(
    desk: Desk,
    *,
    statuses: tuple[str, ...],
    since: dt.date | None,
    until: dt.date | None,
    as_json: bool,
) -> None:
    """List entries, those opened first at the top: a table on a terminal, JSON lines elsewhere.

    Without options all that the ledger keeps is listed, which is more than a year's. DATE is written YYYY-MM-DD
    and means the day of the work.
    """
    ports = desk.site().ports
    found = _matching(ports, statuses=statuses, since=since, until=until)
    counts: Counter[str] = Counter()
    if as_json or not desk.terminal.can_draw:
        for entry in found:
            counts[entry.status.value] += 1
            desk.terminal.record(record(entry))
    else:
        listed = list(found)
        counts.update(entry.status.value for entry in listed)
        if listed:
            desk.terminal.table(_COLUMNS, [_row(entry) for entry in listed])
    desk.terminal.say(_summary(counts))
    without = len(unmapped(ports))
    if without:
        desk.terminal.say(f"and {without} of forms that could not become entries: `tallyhook forms rejected`")


def _matching(
    ports: Ports, *, statuses: tuple[str, ...], since: dt.date | None, until: dt.date | None
) -> Iterator[Entry]:
    # No work is dated more than a day after it was opened, so what was opened long before `since` need not be read.
    now = ports.clock.now()
    earliest = now - READ_DAYS * DAY_MS
    opened_since = earliest if since is None else max(earliest, midnight(since) - 2 * DAY_MS)
    for entry in ports.ledger.entries(since=opened_since, until=now):
        date = entry.draft.date
        in_span = (since is None or date >= since) and (until is None or date <= until)
        if in_span and (not statuses or entry.status.value in statuses):
            yield entry


def _row(entry: Entry) -> list[Piece]:
    return [
        short_key(entry.key),
        status_piece(entry.status),
        str(minutes(entry)),
        entry.draft.date.isoformat(),
        entry.route.person if entry.route else "",
        entry.route.project if entry.route else "",
        entry.draft.description,
        entry.reason or "" if entry.noko_id is None else str(entry.noko_id),
    ]


def _summary(counts: Counter[str]) -> str:
    if not counts:
        return "no entries"
    total = counts.total()
    each = ", ".join(f"{counts[status.value]} {status.value}" for status in Status if counts[status.value])
    return f"{total} {'entry' if total == 1 else 'entries'}: {each}"
