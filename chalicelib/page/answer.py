"""What was answered on the page: kept as it was typed, read by the rules for every form, and all mistakes at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.page.question import EXAMPLES, is_known
from chalicelib.sources.forms.mapping import read_work
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.submission import Field, Submission, bounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.directory import Directory
    from chalicelib.domain.form_rule import FormRule
    from chalicelib.domain.routing_table import Routing
    from chalicelib.page.question import Questions
    from chalicelib.sources.forms.content import Content

_SOME_TIME = "1m"
"""Stands in for a time that cannot be read, so that the rest can be."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The values by our words for the questions; `page_id` is what was rendered into the page to be sent back."""

    values: Mapping[str, str]
    page_id: str = ""


def read_answers(content: Content, questions: Questions) -> Answers:
    """Return what was sent of what was asked; of two answers the last. A box that is not ticked sends nothing."""
    sent = dict(content.pairs)
    values = {word: sent.get(word, "").strip() for word in questions.words}
    return Answers(values | {"billable": "yes" if values["billable"] else "no"}, sent.get("id", ""))


def submission(answers: Answers, questions: Questions, *, submission_id: str, receipt: str | None) -> Submission:
    """Return the submission that the answers make. `receipt` is the address at which it can be looked at, if known."""
    values = dict(answers.values)
    if questions.person is not None and "@" in questions.person:
        values["email"] = questions.person
    if receipt is not None:
        values["url"] = receipt
    return bounded(Submission(tuple(Field(word, (value,)) for word, value in values.items()), submission_id))


def own_rule(rule: FormRule) -> FormRule:
    """Return the rule of a form by which answers are read that are named by our words, whatever the labels say."""
    assert rule.form is not None, "the form is not in the routing file"
    return replace(rule, form=replace(rule.form, fields=()))


def mistakes(
    answers: Answers, questions: Questions, rule: FormRule, routing: Routing, directory: Directory | None, *, now: int
) -> dict[str, str]:
    """Return a sentence for each question whose answer cannot be taken, by our words and in their order."""
    values = answers.values
    found = _missing(answers, questions)
    offered = questions.projects
    if offered is not None and values["project"] and values["project"] not in offered:
        found["project"] = "Choose one of the projects in the list"
    email = values.get("email")
    if email and not is_known(email, routing, directory):
        found["email"] = "Nobody is known by this address; write the one that you use in Noko"
    unread = {word: value for word, value in values.items() if word not in found}
    while isinstance(wrong := _read(unread, questions, rule, routing, now=now), Rejection):
        if wrong.field not in unread:
            break
        found[wrong.field] = wrong.reason[:1].upper() + wrong.reason[1:]
        del unread[wrong.field]
    return {word: found[word] for word in questions.words if word in found}


def _missing(answers: Answers, questions: Questions) -> dict[str, str]:
    values, time = answers.values, questions.time
    asked = {time: f"Say how long it took, such as {EXAMPLES[time]}", "email": "Write your e-mail address"}
    if questions.usual is None:
        asked["project"] = "Write the name of a project" if questions.projects is None else "Choose a project"
    return {word: what for word, what in asked.items() if word in values and not values[word]}


def _read(unread: Mapping[str, str], questions: Questions, rule: FormRule, routing: Routing, *, now: int) -> object:
    values = {questions.time: _SOME_TIME, **unread}
    fields = Submission(tuple(Field(word, (value,)) for word, value in values.items() if value))
    return read_work(fields, own_rule(rule), timezone=routing.defaults.timezone, now=now)
