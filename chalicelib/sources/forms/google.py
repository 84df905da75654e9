"""Google Forms: the answers as its spreadsheet's trigger has them, sent by a script of ours in the form's owner's name.

The script sends `{"responseId": …, "submittedAt": …, "namedValues": {question: [answer]}}`, where `namedValues` is
the event's own (https://developers.google.com/apps-script/guides/triggers/events#form-submit), `responseId` names
spreadsheet and row, which stay the same when the script sends again, and `submittedAt` is in ISO 8601.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.sources.forms.submission import Submission, shortened
from chalicelib.sources.forms.value import field, milliseconds, text, wrong_shape

if TYPE_CHECKING:
    from chalicelib.sources.forms.content import Content


def read(content: Content) -> Submission:
    """Read the named values. Several boxes checked are one answer here: Google joins them with `, ` itself."""
    body = content.json_object()
    answers = body.get("namedValues")
    if not isinstance(answers, dict):
        raise wrong_shape("namedValues")
    return Submission(
        fields=tuple(field(shortened(question), value) for question, value in answers.items()),
        submission_id=text(body.get("responseId")),
        submitted_at=milliseconds(body.get("submittedAt")),
    )
