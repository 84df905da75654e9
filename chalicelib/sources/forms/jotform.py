"""Jotform: the answers as JSON in one field of a form, `rawRequest`.

`pretty`, which holds them as prose (`Hours:2, Note:a, b`), cannot be taken apart again and is never read.
Shape: https://www.jotform.com/help/245-how-to-setup-a-webhook-with-jotform/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chalicelib.sources.forms.content import parse_json
from chalicelib.sources.forms.submission import Field, Submission
from chalicelib.sources.forms.value import NESTED, field, text, wrong_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.sources.forms.content import Content

_QUESTION = re.compile(r"q[0-9]{1,6}_(.+)", re.DOTALL)
_DATE = {"year", "month", "day"}
_NAME = ("prefix", "first", "middle", "last", "suffix")
_CHOSEN = re.compile(r"[0-9]{1,6}|other")


def read(content: Content) -> Submission:
    """Read `rawRequest`; a question's field is named as Jotform names it, less the `q3_` in front.

    `rawRequest` also holds what Jotform measured of the page: only what is named like a question is taken. It
    sends no time of submission.
    """
    sent = dict(content.pairs)
    submission_id, answers = sent.get("submissionID"), sent.get("rawRequest")
    if not submission_id or not answers:
        raise wrong_shape("submissionID with a rawRequest")
    tree = parse_json(answers.encode())
    questions = [(match[1], key) for key in tree if (match := _QUESTION.fullmatch(key))]
    fields = tuple(_field(name, tree[key], key) for name, key in questions)
    return Submission(fields, submission_id.strip(), files=content.files)


def _field(name: str, value: object, key: str) -> Field:
    if not isinstance(value, dict):
        return field(name, value, key=key)
    if value.keys() >= _DATE:
        return field(name, _date(value), key=key)
    if value.keys() <= set(_NAME):
        parts = [text(value.get(part)) or "" for part in _NAME]
        return field(name, " ".join(filter(None, parts)), key=key)
    if all(_CHOSEN.fullmatch(each) for each in value):
        return field(name, list(value.values()), key=key)
    if "full" in value:
        return field(name, value["full"], key=key)
    return Field(name, (), key, (NESTED,))


def _date(value: Mapping[str, Any]) -> str:
    """Write the date with its parts as wide as they should be; the time of day that may come along is left out."""
    year, month, day = (text(value[part]) or "" for part in ("year", "month", "day"))
    return f"{year}-{month:0>2}-{day:0>2}" if year or month or day else ""
