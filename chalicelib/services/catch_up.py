"""Ask GitHub to deliver again what a webhook failed to hand over: GitHub does not do so by itself.

One round every quarter of an hour, by one instance at a time. A redelivery carries the id and the body of the first
attempt, so that asking twice, or for what arrived after all, adds nothing. What a crash forgets is found again in
GitHub's own list.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.domain.interval import LEASE_MARGIN_MS
from chalicelib.errors import AuthenticationError, ConfigurationError, GitHubUnavailable, UserError, told
from chalicelib.github.progress import Progress, from_text, to_text
from chalicelib.services import run as runs
from chalicelib.services.redelivering import Round

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.routing_table import Routing
    from chalicelib.domain.run import Run
    from chalicelib.ports import GitHub, Ports

KIND = "catch-up"
KEY = "github"
EVERY_MS = 15 * 60_000
REACH_MS = 72 * 3_600_000
"""GitHub delivers again what is not older than three days."""
AGAIN_MS = 60_000
"""How soon to look again when GitHub did not answer."""
BY_HAND_MS = 600_000
"""How long a person's round keeps the tick's away, if it breaks off."""


def catch_up(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Do what is due of a round before `deadline` (ms); the next tick goes on.

    Costs nothing without a token and hooks, and one read while no round is due. Raises StoreUnavailable; then the
    round is taken up again when its lease has lapsed.
    """
    if ports.github is None or not routing.hooks:
        return
    now = ports.clock.now()
    known = ports.ledger.run(KIND, KEY)
    if known is not None and from_text(known.body).due_at > now:
        return
    run = _claim(deadline, ports=ports)
    if run is None:
        return
    progress = from_text(run.body)
    began = progress.began_at = progress.began_at or now
    work = Round(ports.github, ports=ports, routing=routing, progress=progress, deadline=deadline)
    try:
        if work.go(since=now - REACH_MS):
            progress.due_at, progress.began_at = began + EVERY_MS, None
    except GitHubUnavailable as error:
        progress.due_at = error.until or ports.clock.now() + AGAIN_MS
        ports.telemetry.event("catch_up_postponed", until=progress.due_at, **told(error))
    except AuthenticationError as error:
        progress.due_at = now + EVERY_MS
        ports.telemetry.alarm("catch_up_failed", **told(error))
    runs.let_go(run, to_text(progress), ports=ports)


def _claim(deadline: int, *, ports: Ports) -> Run | None:
    return runs.claim(KIND, KEY, lease_until=deadline + LEASE_MARGIN_MS, ports=ports)


@contextmanager
def round_by_hand(*, ports: Ports, routing: Routing) -> Iterator[Round]:
    """Give a person the round to work on, without a deadline; the tick keeps away meanwhile.

    Raises ConfigurationError without a token or hooks, UserError while somebody else works on it.
    """
    github = _github(ports, routing)
    run = _claim(ports.clock.now() + BY_HAND_MS, ports=ports)
    if run is None:
        raise UserError("catching up is under way already; try again in a minute")
    progress = from_text(run.body)
    try:
        yield Round(github, ports=ports, routing=routing, progress=progress)
    finally:
        runs.let_go(run, to_text(progress), ports=ports)


def preview(*, ports: Ports, routing: Routing) -> Round:
    """Return a round to look with only: it holds nothing, and keeps nobody away. Raises ConfigurationError."""
    github = _github(ports, routing)
    known = ports.ledger.run(KIND, KEY)
    progress = Progress() if known is None else from_text(known.body)
    return Round(github, ports=ports, routing=routing, progress=progress)


def _github(ports: Ports, routing: Routing) -> GitHub:
    if ports.github is None:
        raise ConfigurationError("no token for GitHub's API is configured: set GITHUB_TOKEN")
    if not routing.hooks:
        raise ConfigurationError("the routing file names no [[hooks]] whose deliveries could be caught up on")
    return ports.github
