"""What the routing file says of one form, with the defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.directive_description import hashtags
from chalicelib.domain.repository_rule import RepositoryRule, repository_rule
from chalicelib.domain.routing_table import UNBILLABLE_TAG, Form, Mode, NewTags, Routing

if TYPE_CHECKING:
    from chalicelib.domain.entry import Draft


@dataclass(frozen=True, slots=True)
class FormRule:
    """The settings that hold for one form. `form` is None where the file has no such form any more.

    `project` is what the form's table names; without it the defaults' project comes next.
    """

    name: str
    form: Form | None
    project: str | int | None
    mode: Mode
    tags: tuple[str, ...]
    max_minutes: int
    minutes_per_day: int
    new_tags: NewTags


Rule = RepositoryRule | FormRule
"""What holds for a draft, wherever it comes from."""


def form_rule(routing: Routing, name: str) -> FormRule:
    """Return the settings for the form `name`: those of its table, over the defaults."""
    form = next((form for form in routing.forms if form.name == name), None)
    own, defaults = form or Form(name), routing.defaults
    return FormRule(
        name=name,
        form=form,
        project=own.project,
        mode=defaults.mode if own.mode is None else own.mode,
        tags=defaults.tags if own.tags is None else own.tags,
        max_minutes=defaults.max_minutes if own.max_minutes is None else own.max_minutes,
        minutes_per_day=defaults.minutes_per_day,
        new_tags=defaults.new_tags,
    )


def rule_for(draft: Draft, routing: Routing) -> Rule:
    """Return the settings that hold for a draft: those of its form, or else of its repository.

    The tag that makes a submission unbillable must not become mere text where Noko lacks it: then it is held.
    """
    if draft.form is None:
        return repository_rule(routing, draft.repository)
    rule = form_rule(routing, draft.form)
    tag = UNBILLABLE_TAG if rule.form is None else rule.form.unbillable_tag
    if rule.new_tags is NewTags.TEXT and tag in hashtags(draft.description):
        return replace(rule, new_tags=NewTags.HOLD)
    return rule
