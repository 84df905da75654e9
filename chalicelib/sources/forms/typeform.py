"""Typeform: a list of typed answers, and the questions they belong to.

Shape: https://www.typeform.com/developers/webhooks/example-payload/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.sources.forms.submission import Field, Submission, shortened
from chalicelib.sources.forms.value import field, mapping, mappings, milliseconds, required_mappings, text, wrong_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.sources.forms.content import Content

_FILE = "file_url"


def read(content: Content) -> Submission:
    """Read a `form_response`: its answers, then hidden fields, variables and the score. `token` is its id.

    Partial responses, which a paid plan sends as events of their own, are unused: the whole one will come.
    """
    body = content.json_object()
    if not text(body.get("event_type")):
        raise wrong_shape("event_type")
    if body["event_type"] != "form_response":
        return Submission(unused="only complete responses are used")
    response = mapping(body.get("form_response"))
    answers = required_mappings(response.get("answers", []), what="list of answers in 'form_response'")
    if not text(response.get("token")):
        raise wrong_shape("token in 'form_response'")
    questions = mappings(mapping(response.get("definition")).get("fields"))
    titles = {str(question.get("id")): question.get("title") for question in questions}
    return Submission(
        fields=(
            *(_answer(answer, titles) for answer in answers if answer.get("type") != _FILE),
            *(field(name, value, key=name) for name, value in mapping(response.get("hidden")).items()),
            *_computed(response),
        ),
        submission_id=text(response["token"]),
        submitted_at=milliseconds(response.get("submitted_at")),
        files=tuple(text(answer.get(_FILE)) or _FILE for answer in answers if answer.get("type") == _FILE),
    )


def _answer(answer: Mapping[str, Any], titles: Mapping[str, Any]) -> Field:
    question = mapping(answer.get("field"))
    key = text(question.get("ref")) or text(question.get("id")) or None
    name = shortened(text(titles.get(str(question.get("id")))) or key or "")
    kind = str(answer.get("type"))
    value = answer.get(kind)
    if kind in {"choice", "choices"} and isinstance(value, dict):
        return _chosen(name, key, value)
    return field(name, value, key=key)


def _chosen(name: str, key: str | None, value: Mapping[str, Any]) -> Field:
    """Take the labels of what was chosen and the text of "other"; ids alone say nothing to anybody."""
    labels = value.get("labels", [value.get("label")])
    chosen = field(name, [*(labels if isinstance(labels, list) else [labels]), value.get("other")], key=key)
    if any(chosen.values) or chosen.unresolved:
        return chosen
    return Field(name, (), key, field(name, value.get("ids", value.get("id"))).values)


def _computed(response: Mapping[str, Any]) -> Iterator[Field]:
    variables = mappings(response.get("variables"))
    for variable in variables:
        name = text(variable.get("key")) or ""
        yield field(name, variable.get(str(variable.get("type"))), key=name)
    score = mapping(response.get("calculated")).get("score")
    if score is not None and not any(variable.get("key") == "score" for variable in variables):
        yield field("score", score, key="score")
