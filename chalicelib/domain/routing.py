"""Judge where a draft goes: to a Noko project in a person's name, or nowhere yet, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import OBSERVED, TOO_OLD, Draft, Held, Route
from chalicelib.domain.person import INACTIVE_PERSON, UNKNOWN_PERSON, UNMAPPED_PERSON, find_person
from chalicelib.domain.project import (
    AMBIGUOUS_PROJECT,
    ARCHIVED_PROJECT,
    UNKNOWN_PROJECT,
    UNMAPPED_PROJECT,
    find_project,
)
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.domain.routing_table import Defaults, Mode, Routing

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory

DAY_MS = 86_400_000

DIRECTORY_CODES: frozenset[str] = frozenset(
    {
        UNMAPPED_PERSON,
        UNKNOWN_PERSON,
        INACTIVE_PERSON,
        UNMAPPED_PROJECT,
        UNKNOWN_PROJECT,
        AMBIGUOUS_PROJECT,
        ARCHIVED_PROJECT,
    }
)
"""The codes of what a newer directory may answer differently: ask Noko again before holding for one of them."""


def resolve(draft: Draft, routing: Routing, directory: Directory, *, received_at: int) -> Route | Held:
    """Return the draft's route, or why it is held; `received_at` is when its delivery came, in milliseconds.

    A person or project that is missing is told first, the person before the project; then the draft's age;
    then that its repository is only observed. The latter two carry the route they hold back. Whether the
    branch is logged at all was decided before the draft was made, and is not asked here.
    """
    rule = repository_rule(routing, draft.repository)
    user = find_person(draft, routing, directory)
    if isinstance(user, Held):
        return user
    project = find_project(draft, rule, routing.defaults, directory)
    if isinstance(project, Held):
        return project
    route = Route(project_id=project.id, project=project.name, user_id=user.id, person=user.email)
    return _too_old(draft, route, routing.defaults, received_at) or _observed(draft, route, rule.mode) or route


def _too_old(draft: Draft, route: Route, defaults: Defaults, received_at: int) -> Held | None:
    age = received_at - draft.worked_at
    if age <= defaults.max_age_days * DAY_MS:
        return None
    return Held(
        TOO_OLD,
        f"the work is {age // DAY_MS} days older than its delivery, and max_age_days is {defaults.max_age_days}; "
        f"`tallyhook replay {draft.key}` logs it after all",
        route,
    )


def _observed(draft: Draft, route: Route, mode: Mode) -> Held | None:
    if mode is Mode.LIVE:
        return None
    return Held(
        OBSERVED,
        f'{draft.repository} is only observed; write `mode = "live"` in the routing file for what comes, and '
        "`tallyhook replay --observed` logs what came",
        route,
    )
