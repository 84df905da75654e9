"""Look once for each repository whether somebody else logs its commits too, so that all would be in Noko twice.

Noko's own GitHub app gives its entries the commit's URL as source_url, as Tallyhook does. The opening of a
repository's first delivery asks for the look, the tick takes it when everything else is done. It only reads, so it is
harmless twice; what dies on the way is taken up again when its lease has lapsed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from chalicelib.domain.entry import commit_key
from chalicelib.domain.interval import LEASE_MARGIN_MS, MIN_REMAINING_MS
from chalicelib.domain.lifecycle import IN_DOUBT
from chalicelib.domain.run import Run
from chalicelib.domain.source_url import commit_of
from chalicelib.errors import AuthenticationError, NokoError, StoreUnavailable, Unavailable
from chalicelib.noko.filter import EntryFilter
from chalicelib.services import run as runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.source_url import Commit
    from chalicelib.ports import Ledger, Ports
    from chalicelib.sources.delivery import Delivery

KIND = "first-look"
AFTER_MS = 3_600_000
"""How long after the delivery: by then somebody else has logged its commits as well, and the postings are through."""
DAYS = 31
"""How far back entries are looked at."""
REACH_MS = 7 * 86_400_000
"""For so long after the delivery a look is tried, should Noko be away."""
MOST_LISTED = 5_000
"""So many entries are listed, the newest: five pages, each of which takes a slot."""
MOST_LOOKED_AT = 200
"""So many of those that link to one repository's commits are looked up in the ledger."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,39}/[A-Za-z0-9_.-]{1,100}")
_ASKED_FOR: WeakKeyDictionary[Ledger, set[str]] = WeakKeyDictionary()
"""The repositories whose look this process has asked for, by ledger: no delivery after the first costs a call."""


@dataclass(slots=True)
class Others:
    """Of `looked_at` entries that link to commits of `repository`, `count` are not ours, the `newest` of that day."""

    repository: str
    looked_at: int = 0
    count: int = 0
    newest: dt.date | None = None


def ask(delivery: Delivery, *, ports: Ports) -> None:
    """Have the tick look in an hour, if this is a repository's first delivery with work in it.

    Never fails; harmless twice. The run's first lease is nobody's: it lapses when the look is due.
    """
    name = (delivery.repository or "").lower()
    asked_for = _ASKED_FOR.setdefault(ports.ledger, set())
    if not delivery.drafts or name in asked_for or _NAME.fullmatch(name) is None:
        return
    now = ports.clock.now()
    run = Run(KIND, name, started_at=now, lease_until=now + AFTER_MS, stamp=ports.tokens.fresh(), tries=0)
    try:
        ports.ledger.put_run(run)
    except Unavailable as error:
        ports.telemetry.event("first_look_not_asked_for", repository=name, error=type(error).__name__)
    else:
        asked_for.add(name)


def look_first(*, ports: Ports, deadline: int) -> None:
    """Take the looks that were asked for, all with one list, before `deadline` (ms).

    Costs one read of an index while there is none. Does nothing while Noko is not to be asked, or the ledger is known
    to be behind (restore mode). Raises StoreUnavailable; then they are taken up again when their lease has lapsed.
    """
    now = ports.clock.now()
    asked_for = ports.ledger.runs(KIND, since=now - REACH_MS, until=now)
    due = [run for run in asked_for if run.finished_at is None and run.lease_until <= now]
    if not due or ports.throttle.state().is_closed or now > deadline - MIN_REMAINING_MS:
        return
    claims = (runs.claim(KIND, run.key, lease_until=deadline + LEASE_MARGIN_MS, ports=ports) for run in due)
    ours = {run.key: run for run in claims if run is not None}
    if not ours:
        return
    try:
        found = {each.repository: each for each in others(ours.__contains__, ports=ports, deadline=deadline)}
    except StoreUnavailable:
        raise
    except (Unavailable, AuthenticationError) as error:
        for run in ours.values():
            runs.let_go(run, run.body, ports=ports)
        ports.telemetry.event("first_look_postponed", count=len(ours), error=type(error).__name__)
        return
    except NokoError as error:
        ports.telemetry.alarm("first_look_failed", status=error.status)
        found = {}
    for run in ours.values():
        _end(run, found.get(run.key, Others(run.key)), ports=ports)


def _end(run: Run, others: Others, *, ports: Ports) -> None:
    """Raise the alarm before the run is finished: a crash between the two raises it twice, never not at all."""
    if others.count:
        ports.telemetry.alarm("other_integration", repository=run.key, count=others.count)
    body = {"looked_at": others.looked_at, "others": others.count}
    runs.finish(run, json.dumps(body), ports=ports)


def others(is_wanted: Callable[[str], bool], *, ports: Ports, deadline: int | None = None) -> Sequence[Others]:
    """Return what there is of others, for each repository (`owner/name` in lower case) that is wanted and has any.

    Looks at the newest entries of the last 31 days, as many as there is time for before `deadline` (ms). An entry is
    not ours if the ledger holds neither its id nor the commit in doubt, since then nobody knows yet whose it is.
    Raises what the questions raise.
    """
    today = dt.datetime.fromtimestamp(ports.clock.now() / 1000, dt.UTC).date()
    month = EntryFilter(date_from=today - dt.timedelta(days=DAYS), date_to=today + dt.timedelta(days=1))
    seen: defaultdict[str, dict[int, tuple[dt.date, Commit]]] = defaultdict(dict)
    for number, entry in enumerate(ports.noko.each_entry(month)):
        if number == MOST_LISTED or (deadline is not None and ports.clock.now() > deadline - MIN_REMAINING_MS):
            break
        commit = commit_of(entry.source_url)
        if commit is not None and len(seen[commit.repository.lower()]) < MOST_LOOKED_AT:
            seen[commit.repository.lower()][entry.id] = (entry.date, commit)
    found = []
    for repository, entries in seen.items():
        if is_wanted(repository):
            each = Others(repository, looked_at=len(entries))
            for noko_id, (date, commit) in entries.items():
                if not _is_ours(noko_id, commit, ports=ports):
                    each.count += 1
                    each.newest = max(each.newest or date, date)
            found.append(each)
    return [each for each in found if each.count]


def _is_ours(noko_id: int, commit: Commit, *, ports: Ports) -> bool:
    if ports.ledger.holder_of(noko_id) is not None:
        return True
    entry = ports.ledger.entry(commit_key(commit.sha))
    return entry is not None and entry.status in IN_DOUBT
