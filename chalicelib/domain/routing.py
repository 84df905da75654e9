"""Judge where a draft goes: to a Noko project in a person's name, or nowhere yet, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import OBSERVED, TOO_LONG, TOO_OLD, Draft, Held, Route
from chalicelib.domain.form_rule import FormRule, rule_for
from chalicelib.domain.person import INACTIVE_PERSON, UNKNOWN_PERSON, UNMAPPED_PERSON, find_person
from chalicelib.domain.project import (
    AMBIGUOUS_PROJECT,
    ARCHIVED_PROJECT,
    UNKNOWN_PROJECT,
    UNMAPPED_PROJECT,
    find_project,
)
from chalicelib.domain.routing_table import Defaults, Mode, Routing
from chalicelib.domain.tagging import hold_for_tags
from chalicelib.domain.wording import quoted

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory

DAY_MS = 86_400_000
UNKNOWN_FORM = "unknown_form"

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
"""The codes of what newer users and projects may answer differently: ask Noko again before holding for one of them."""


def resolve(draft: Draft, routing: Routing, directory: Directory, *, received_at: int) -> Route | Held:
    """Return the draft's route, or why it is held; `received_at` is when its delivery came, in milliseconds.

    A person or project that is missing is told first, the person before the project; then a tag that Noko does
    not have; then the draft's age, its length, and that its repository or form is only observed. The latter four
    carry the route they hold back. Whether the branch is logged at all was decided before the draft was made, and
    is not asked here.
    """
    rule = rule_for(draft, routing)
    if isinstance(rule, FormRule) and rule.form is None:
        return _unknown_form(draft, rule)
    user = find_person(draft, routing, directory)
    if isinstance(user, Held):
        return user
    project = find_project(draft, rule, routing.defaults, directory)
    if isinstance(project, Held):
        return project
    route = Route(project_id=project.id, project=project.name, user_id=user.id, person=user.email)
    return (
        hold_for_tags(draft, rule, directory.tags, route)
        or _too_old(draft, route, routing.defaults, received_at)
        or _too_long(draft, route, rule.max_minutes)
        or _observed(draft, route, rule.mode)
        or route
    )


def _unknown_form(draft: Draft, rule: FormRule) -> Held:
    name = quoted(rule.name)
    return Held(
        UNKNOWN_FORM,
        f"the routing file has no form {name} any more; add it to [[forms]] again, or "
        f"`tallyhook route {draft.key} --project PROJECT --person PERSON`",
    )


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


def _too_long(draft: Draft, route: Route, most: int) -> Held | None:
    """Hold what only a squash can ask for: each message in it says no more than one may, and all of them do."""
    if draft.minutes <= most:
        return None
    return Held(
        TOO_LONG,
        f"{draft.minutes} minutes in one entry, and max_minutes is {most}; `tallyhook replay {draft.key}` logs them "
        "all the same",
        route,
    )


def _observed(draft: Draft, route: Route, mode: Mode) -> Held | None:
    if mode is Mode.LIVE:
        return None
    source = draft.repository if draft.form is None else f"the form {quoted(draft.form)}"
    return Held(
        OBSERVED,
        f'{source} is only observed; write `mode = "live"` in the routing file for what comes, and '
        "`tallyhook replay --observed` logs what came",
        route,
    )
