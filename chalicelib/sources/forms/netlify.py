"""Netlify: the fields in the order of the form, each with the label a person sees and the name in the HTML.

Shape: https://docs.netlify.com/forms/notifications/ and https://open-api.netlify.com (`submission`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.sources.forms.submission import Field, Submission, shortened
from chalicelib.sources.forms.value import field, mapping, milliseconds, required_mappings, text, wrong_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.sources.forms.content import Content

_NOT_ASKED = {"ip", "user_agent", "referrer"}


def read(content: Content) -> Submission:
    """Read a submission by its `ordered_human_fields`; without them, by `data` less what Netlify adds to it."""
    body = content.json_object()
    if not text(body.get("id")):
        raise wrong_shape("id")
    return Submission(
        fields=_fields(body),
        submission_id=text(body["id"]),
        submitted_at=milliseconds(body.get("created_at")),
    )


def _fields(body: Mapping[str, Any]) -> tuple[Field, ...]:
    if "ordered_human_fields" in body:
        asked = required_mappings(body["ordered_human_fields"], what="list 'ordered_human_fields'")
        return tuple(_field(each) for each in asked)
    if not isinstance(body.get("data"), dict):
        raise wrong_shape("list 'ordered_human_fields'")
    return tuple(field(name, value) for name, value in mapping(body["data"]).items() if name not in _NOT_ASKED)


def _field(given: Mapping[str, Any]) -> Field:
    key = text(given.get("name")) or None
    return field(shortened(text(given.get("title")) or key or ""), given.get("value"), key=key)
