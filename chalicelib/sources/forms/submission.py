"""What one person answered, whoever asked: the one shape that every reader gives, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.errors import MalformedRequest, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_FIELDS = 500
"""Fields in a submission, and values in a field."""
MAX_NAME = 200
"""Characters of a field's name."""
MAX_VALUE = 100_000
"""Bytes of a value in UTF-8."""
MAX_ID = 256
"""Characters of a submission's id."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question and its answer.

    `name` is what a person sees (the question, the label); `key` is the sender's own name for it that outlives a
    rewording (Typeform's `ref`, Tally's `key`, Netlify's `name`, Jotform's `q3_hours`, the path `data.hours` of a
    nested value), None where there is none beside `name`. Either may be what a mapping names, and neither is sure
    to be unique. `values` are in the sender's order, never empty strings, and `()` for a question left open.
    Numbers are as they were written (`1.5` stays `1.5`), booleans `true` and `false`, and dates of several parts
    `YYYY-MM-DD`, whether or not there is such a day. `unresolved` holds what could not be made text of: the ids of
    chosen options whose text the sender left out, or `{…}` for something nested. Whoever needs such a field must
    refuse it.
    """

    name: str
    values: tuple[str, ...] = ()
    key: str | None = None
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission of a form, in the order of its questions.

    `submission_id` is the sender's own, the same when it sends again; None where the preset has none and a field
    may hold it. `submitted_at` is in milliseconds since 1970. `files` names what was uploaded and not kept.
    `unused`, when it is not None, says why the request is none of anybody's work: acknowledge it, store nothing.
    """

    fields: tuple[Field, ...] = ()
    submission_id: str | None = None
    submitted_at: int | None = None
    files: tuple[str, ...] = ()
    unused: str | None = None


def shortened(question: str) -> str:
    """Cut a question that a person wrote for people to what a name may be: consents run to paragraphs."""
    return question if len(question) <= MAX_NAME else question[: MAX_NAME - 1] + "…"


def bounded(submission: Submission) -> Submission:
    """Return a submission that is within the limits, its values stripped of white space and empty ones left out.

    Raise MalformedRequest (`too_many_fields · too_many_values · name_too_long · id_too_long`) or
    TooLarge (`value_too_long`).
    """
    if len(submission.fields) > MAX_FIELDS:
        raise MalformedRequest(f"the form has more than {MAX_FIELDS} fields", code="too_many_fields")
    if submission.submission_id is not None and len(submission.submission_id) > MAX_ID:
        raise MalformedRequest(f"the submission's id is over {MAX_ID} characters", code="id_too_long")
    return Submission(
        fields=tuple(_bounded(field) for field in submission.fields),
        submission_id=submission.submission_id or None,
        submitted_at=submission.submitted_at,
        files=tuple(shortened(name) for name in submission.files[:MAX_FIELDS]),
        unused=submission.unused,
    )


def _bounded(field: Field) -> Field:
    if any(len(name) > MAX_NAME for name in (field.name, field.key or "")):
        raise MalformedRequest(f"a field's name is over {MAX_NAME} characters", code="name_too_long")
    if len(field.values) > MAX_FIELDS or len(field.unresolved) > MAX_FIELDS:
        raise MalformedRequest(f"a field has more than {MAX_FIELDS} values", code="too_many_values")
    return Field(field.name, _nonempty(field.values), field.key, _nonempty(field.unresolved))


def _nonempty(texts: Iterable[str]) -> tuple[str, ...]:
    stripped = tuple(filter(None, (text.strip() for text in texts)))
    # A character has at least one byte: the first look spares most texts the second.
    if any(len(text) > MAX_VALUE or len(text.encode()) > MAX_VALUE for text in stripped):
        raise TooLarge(f"a value is over {MAX_VALUE} bytes", code="value_too_long")
    return stripped
