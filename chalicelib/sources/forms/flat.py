"""Names with values, as Zapier, Make, n8n, Power Automate, plain HTML forms and Formspree send them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from chalicelib.sources.forms.submission import Field, Submission
from chalicelib.sources.forms.value import field, mapping
from chalicelib.sources.header import header_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chalicelib.sources.forms.content import Content


def read(content: Content) -> Submission:
    """Read a JSON object, or a form's pairs, of which those with the same name are one field.

    A value that is an object is opened once: `{"data": {"hours": 2}}` has the field `hours`, with the key
    `data.hours`. Where something else has that name too, the nested field goes by its key alone, so that a name
    never means one of several by chance.
    """
    fields = merged(content.pairs) if content.tree is None else tuple(_opened(content.tree))
    return Submission(fields, files=content.files)


def read_formspree(content: Content) -> Submission:
    """Read Formspree's `{"form": …, "submission": {…}, "keys": […]}`; other bodies are flat.

    It sends no id. Source: https://help.formspree.io/hc/en-us/articles/360015234873-Webhooks
    """
    submission = mapping(content.tree).get("submission")
    if not isinstance(submission, dict):
        return read(content)
    return Submission(tuple(_opened(submission)))


def read_standard_webhook(content: Content) -> Submission:
    """Read a flat body whose id is in `webhook-id`, the same for every try; the signature covers it."""
    submission = read(content)
    (message_id,) = header_values(content.headers, "webhook-id")[:1] or (None,)
    return Submission(submission.fields, message_id, files=submission.files)


def merged(pairs: Iterable[tuple[str, str]]) -> tuple[Field, ...]:
    """Make one field of all pairs of a name, in the order in which the names come first."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return tuple(Field(name, tuple(each)) for name, each in values.items())


def _opened(tree: Mapping[str, Any]) -> Iterator[Field]:
    inner = Counter(name for value in tree.values() for name in mapping(value))
    for outer, value in tree.items():
        if not isinstance(value, dict):
            yield field(outer, value)
            continue
        for name, nested in value.items():
            key = f"{outer}.{name}"
            yield field(name if inner[name] == 1 and name not in tree else key, nested, key=key)
