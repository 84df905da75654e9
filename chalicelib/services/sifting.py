"""Sift the drafts of a delivery: which become entries, and why the others are only noted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.directive import MERGE
from chalicelib.domain.entry import Note
from chalicelib.domain.form_rule import rule_for
from chalicelib.domain.repository_rule import RepositoryRule, logs_branch
from chalicelib.domain.routing_table import DateFrom, LogOn

if TYPE_CHECKING:
    from chalicelib.domain.arrival import Arrival
    from chalicelib.domain.entry import Draft
    from chalicelib.domain.form_rule import Rule
    from chalicelib.domain.routing_table import Routing
    from chalicelib.services.facts import Facts


def sift(
    drafts: tuple[Draft, ...], *, arrival: Arrival | None, routing: Routing, facts: Facts
) -> tuple[list[Draft], list[Note]]:
    """Return the drafts that are to become entries, dated as the routing file wants it, and notes on the others."""
    kept: list[Draft] = []
    notes: list[Note] = []
    for draft in drafts:
        rule = rule_for(draft, routing)
        if not isinstance(rule, RepositoryRule):
            kept.append(draft)
        elif (reason := _why_not(draft, rule, arrival, facts)) is not None:
            notes.append(Note(subject=draft.key.rpartition(":")[2], kind="skipped", reason=reason))
        else:
            kept.append(_dated(draft, rule, routing, facts))
    return kept, notes


def knows_copies(rule: Rule) -> bool:
    """Tell whether copies are looked for: where each commit is logged once it lands, none need to be."""
    return isinstance(rule, RepositoryRule) and rule.log_on is LogOn.EVERY_BRANCH


def _why_not(draft: Draft, rule: RepositoryRule, arrival: Arrival | None, facts: Facts) -> str | None:
    if not logs_branch(rule, draft.branch):
        return f"branch '{draft.branch}' is not logged for {draft.repository}"
    if rule.log_on is LogOn.DEFAULT_BRANCH:
        default = arrival.default_branch if arrival is not None else None
        if default is None:
            return "the delivery does not say which branch is the default one, and only that is logged"
        if draft.branch != default:
            return f"on branch '{draft.branch}'; it is logged when it lands on '{default}'"
    known = facts.of(draft)
    if known is None:
        return MERGE if draft.is_merge else None
    return f"merge commit: it has {len(known.parents)} parents" if len(known.parents) > 1 else None


def _dated(draft: Draft, rule: RepositoryRule, routing: Routing, facts: Facts) -> Draft:
    if rule.date_from is not DateFrom.AUTHOR or draft.content is None or draft.content.dated:
        return draft
    known = facts.of(draft)
    return draft if known is None else replace(draft, date=known.authored_date(routing.defaults.timezone))
