"""Noko's part of `check`: the token, its role, the names in the routing file, and who else logs commits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.repository_rule import repository_rule
from chalicelib.errors import Paused, TallyhookError
from chalicelib.routing_file.position import positions
from chalicelib.routing_file.problem import Problem
from chalicelib.services import directory as directories
from chalicelib.services import first_look
from cli import finding
from cli.finding import Finding
from cli.moment import distance, iso
from cli.naming import named_tags, unfit_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.directory import Directory
    from chalicelib.domain.routing_table import Routing
    from chalicelib.domain.throttle import Bucket
    from chalicelib.ports import Ports
    from cli.routing_check import RoutingText

FOR_OTHERS = ("supervisor", "leader")
"""The roles that may log time for other people (https://developer.nokotime.com/v2/users/)."""
UNUSABLE_NAME = 3


def noko(ports: Ports, text: RoutingText | None) -> Iterator[Finding]:
    """Report on the pause, the token, the names in `text`, which is None if the file is not usable, and on others."""
    throttle = ports.throttle.state()
    yield from _standstills(throttle, now=ports.clock.now())
    try:
        yield from _token(ports)
    except TallyhookError as error:
        yield from finding.problems("token", error)
        return
    if text is None:
        return
    directory = directories.find(ports=ports, max_age_ms=0)
    if directory is None:
        yield Finding("names", "problem", "Noko did not tell its users and projects, so names are not checked", 1)
        return
    if any(named_tags(text.routing)):
        directory = directories.find_tags(directory, ports=ports, max_age_ms=0)
        if directory.tags is None:
            yield Finding("names", "problem", "Noko did not tell its tags, so those are not checked", 1)
    yield from _names(text, directory, now=ports.clock.now())
    if throttle.restored_to is not None:
        return  # until that is over, entries of ours that the ledger has forgotten would look like another's
    try:
        yield from _others(text.routing, ports)
    except Paused as error:
        yield finding.warning("other integrations", f"not looked for: {error}")
    except TallyhookError as error:
        yield from finding.problems("other integrations", error)


def _standstills(throttle: Bucket, *, now: int) -> Iterator[Finding]:
    if throttle.paused_at is not None:
        since = distance(throttle.paused_at, now=now)
        yield finding.warning("Noko", f"posting is paused since {since}: {throttle.pause_reason}")
    if throttle.restored_to is not None:
        instant = iso(throttle.restored_to)
        says = f"restore mode: nothing is posted until `tallyhook restore --to {instant}` has gone through"
        yield finding.warning("ledger", says)


def _token(ports: Ports) -> Iterator[Finding]:
    user = ports.noko.current_user()
    who, role = user.email or str(user.id), user.role or "of unknown role"
    yield finding.good("token", f"accepted; it is that of {who}, {role}")
    if user.role is not None and user.role not in FOR_OTHERS:
        yield finding.warning("token", f"a {role} may log time for {who} only; use a leader's or supervisor's token")


def _names(text: RoutingText, directory: Directory, *, now: int) -> Iterator[Finding]:
    if not directories.is_definite(directory, now=now):
        asked = distance(directory.fetched_at, now=now)
        yield finding.warning("names", f"Noko did not tell its users and projects; compared with those of {asked}")
    places = positions(text.text)
    unfit = list(unfit_names(text.routing, directory))
    for each in unfit:
        line, column = places.get(each.path, (1, 1))
        problem = Problem(line, column, each.what, each.right).render(text.name)
        yield Finding("names", "problem", problem, UNUSABLE_NAME)
    if not unfit:
        yield finding.good("names", "Noko has every user and project that the routing file names")


def _others(routing: Routing, ports: Ports) -> Iterator[Finding]:
    """Report who else logs commits of repositories that the routing file names, or that pushes came from."""

    def is_ours(repository: str) -> bool:
        named = repository_rule(routing, repository).match is not None
        return named or ports.ledger.run(first_look.KIND, repository) is not None

    found = first_look.others(is_ours, ports=ports)
    for each in found:
        said = f"{each.count} of {each.looked_at}" if each.count < each.looked_at else str(each.count)
        yield finding.warning(
            "other integrations",
            f"{said} entries of the last {first_look.DAYS} days that link to commits of {each.repository} are not "
            f"Tallyhook's, the newest of {each.newest}: if something else logs these commits, each is in Noko twice; "
            "switch it off there, or leave the repository to it",
        )
    if not found:
        yield finding.good("other integrations", f"nothing else logged our commits in the last {first_look.DAYS} days")
