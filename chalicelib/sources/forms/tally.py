"""Tally: a list of fields, in which what was chosen is named by the ids of the options.

Shape: https://tally.so/help/webhooks
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.sources.forms.submission import Field, Submission, shortened
from chalicelib.sources.forms.value import field, mapping, mappings, milliseconds, required_mappings, text, wrong_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.sources.forms.content import Content

_CHOICES = {"DROPDOWN", "MULTIPLE_CHOICE", "CHECKBOXES", "MULTI_SELECT", "RANKING"}
_FILES = {"FILE_UPLOAD", "SIGNATURE"}


def read(content: Content) -> Submission:
    """Read a `FORM_RESPONSE`. Its id is `submissionId`, or `responseId`, which is the same.

    Beside the field of a group of checkboxes Tally sends one more for each box, `true` or `false`, under a
    label of its own (`Tags (urgent)`): they are fields like others.
    """
    body = content.json_object()
    if not text(body.get("eventType")):
        raise wrong_shape("eventType")
    if body["eventType"] != "FORM_RESPONSE":
        return Submission(unused="only responses are used")
    data = mapping(body.get("data"))
    fields = required_mappings(data.get("fields"), what="list of fields in 'data'")
    submission_id = text(data.get("submissionId")) or text(data.get("responseId"))
    if not submission_id:
        raise wrong_shape("submissionId in 'data'")
    return Submission(
        fields=tuple(_field(each) for each in fields if text(each.get("type")) not in _FILES),
        submission_id=submission_id,
        submitted_at=milliseconds(data.get("createdAt")),
        files=tuple(name for each in fields if text(each.get("type")) in _FILES for name in _files(each)),
    )


def _field(given: Mapping[str, Any]) -> Field:
    key = text(given.get("key")) or None
    name = shortened(text(given.get("label")) or key or "")
    plain = field(name, given.get("value"), key=key)
    options = {text(option.get("id")): text(option.get("text")) for option in mappings(given.get("options"))}
    is_one_box = isinstance(given.get("value"), bool)
    if is_one_box or (text(given.get("type")) not in _CHOICES and not options):
        return plain
    chosen = [value for value in plain.values if value]
    return Field(
        name,
        values=tuple(label for value in chosen if (label := options.get(value))),
        key=key,
        unresolved=(*plain.unresolved, *(value for value in chosen if not options.get(value))),
    )


def _files(given: Mapping[str, Any]) -> Iterator[str]:
    for file in mappings(given.get("value")):
        yield text(file.get("name")) or text(given.get("label")) or "file"
