"""What the routing file says of one repository, with the defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from chalicelib.domain.glob import matches
from chalicelib.domain.routing_table import DateFrom, Feedback, LogOn, Mode, NewTags, Repository, Routing

if TYPE_CHECKING:
    from collections.abc import Iterator

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RepositoryRule:
    """The settings that hold for one repository.

    `match` is the pattern that decided, None where the defaults alone did. `project` is what that pattern's
    table names; without it the defaults' project comes next, then the Noko project named like the repository.
    """

    match: str | None
    project: str | int | None
    mode: Mode
    branches: tuple[str, ...]
    log_on: LogOn
    date_from: DateFrom
    tags: tuple[str, ...]
    require_brackets: bool
    max_minutes: int
    minutes_per_day: int
    new_tags: NewTags
    feedback: Feedback = Feedback.OFF


def repository_rule(routing: Routing, repository: str) -> RepositoryRule:
    """Return the settings for `owner/name`: those of the last table that matches, over the defaults.

    Case does not count, as on GitHub. Tables are not merged with each other: what the last one leaves out
    comes from the defaults, not from an earlier match.
    """
    own = next(_matching(routing, repository), None)
    defaults = routing.defaults
    if own is None:
        own = Repository(match="")
    return RepositoryRule(
        match=own.match or None,
        project=own.project,
        mode=_either(own.mode, defaults.mode),
        branches=_either(own.branches, defaults.branches),
        log_on=_either(own.log_on, defaults.log_on),
        date_from=_either(own.date_from, defaults.date_from),
        tags=_either(own.tags, defaults.tags),
        require_brackets=_either(own.require_brackets, defaults.require_brackets),
        max_minutes=_either(own.max_minutes, defaults.max_minutes),
        minutes_per_day=defaults.minutes_per_day,
        new_tags=_either(own.new_tags, defaults.new_tags),
        feedback=_either(own.feedback, defaults.feedback),
    )


def logs_branch(rule: RepositoryRule, branch: str) -> bool:
    """Tell whether pushes to `branch` (`main`, not `refs/heads/main`) are logged. Here case counts, as in Git."""
    return any(matches(pattern, branch) for pattern in rule.branches)


def _matching(routing: Routing, repository: str) -> Iterator[Repository]:
    name = repository.lower()
    return (own for own in reversed(routing.repositories) if matches(own.match.lower(), name))


def _either(own: _T | None, default: _T) -> _T:
    return default if own is None else own
