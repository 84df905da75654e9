"""A submission becomes the work it tells of, or the reason why it cannot. Pure; nothing is looked up or fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.directive_description import describe
from chalicelib.domain.duration import Limits
from chalicelib.domain.entry import Author
from chalicelib.domain.tag import MAX_TAG
from chalicelib.sources.forms.alias import sort_out
from chalicelib.sources.forms.amount import read_minutes
from chalicelib.sources.forms.day import day_of, read_day
from chalicelib.sources.forms.rejection import Rejection, rejection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.form_rule import FormRule
    from chalicelib.domain.routing_table import Form
    from chalicelib.sources.forms.submission import Field, Submission

MAX_ADDRESS = 320
MAX_PROJECT = 200
MAX_URL = 1000
MAX_TEXT = 600
"""Characters of an unbillable entry's text: the tag that makes it so must not be cut off by those added later."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_TAG = re.compile(r"#?(\w+(?:-+\w+)*\*?)")
_YES = frozenset({"yes", "y", "true", "1", "on", "checked", "billable"})
_NO = frozenset({"no", "n", "false", "0", "off", "unchecked", "unbillable", "not billable", "non-billable"})


@dataclass(frozen=True, slots=True)
class Work:
    """What a submission asks for, before it has a key. `worked_at` is the instant it was submitted (ms)."""

    minutes: int
    date: dt.date
    description: str
    author: Author
    worked_at: int
    project: str | None = None
    url: str | None = None


def read_work(submission: Submission, rule: FormRule, *, timezone: str, now: int) -> Work | Rejection:
    """Return what an authentic submission of a form of the routing file asks for, or the first thing that is wrong.

    `now` is in milliseconds; a sender whose clock is ahead submitted it now. Without a date it is the day of the
    submission in `timezone`. Linear in the length of the submission.
    """
    assert rule.form is not None, "the form is not in the routing file"
    found = sort_out(submission.fields, dict(rule.form.fields))
    if isinstance(found, Rejection):
        return found
    worked_at = now if submission.submitted_at is None else min(submission.submitted_at, now)
    minutes = read_minutes(found, Limits(rule.max_minutes, rule.minutes_per_day))
    if isinstance(minutes, Rejection):
        return minutes
    date = _date(found, rule.form, timezone=timezone, now=now, worked_at=worked_at)
    if isinstance(date, Rejection):
        return date
    description = _description(found, rule.form)
    if isinstance(description, Rejection):
        return description
    texts = _texts(found)
    if isinstance(texts, Rejection):
        return texts
    return Work(
        minutes=minutes,
        date=date,
        description=description,
        author=Author(email=texts.get("email")),
        worked_at=worked_at,
        project=texts.get("project"),
        url=texts.get("url"),
    )


def one(found: Mapping[str, Sequence[Field]], word: str) -> Field | Rejection | None:
    """Return the field for a word that one answer must decide; None without any."""
    fields = found.get(word, ())
    if len({field.values for field in fields}) > 1:
        names = ", ".join(f"'{field.name}'" for field in fields[:5])
        what = f"{names} may all be the {word}; name the one that is under [forms.fields] in the routing file"
        return rejection(fields[-1].name, text_of(fields[-1]), what)
    return fields[0] if fields else None


def text_of(field: Field) -> str:
    """Return a field's answers as one text."""
    return ", ".join(field.values)


def _date(
    found: Mapping[str, Sequence[Field]], form: Form, *, timezone: str, now: int, worked_at: int
) -> dt.date | Rejection:
    field = one(found, "date")
    if isinstance(field, Rejection):
        return field
    if field is None:
        return day_of(worked_at, timezone)
    return read_day(field, form.date_format, timezone=timezone, now=now)


def _texts(found: Mapping[str, Sequence[Field]]) -> dict[str, str] | Rejection:
    """Return the texts for `email`, `project` and `url`, as far as they are there."""
    checks = {
        "email": (_ADDRESS, MAX_ADDRESS, "no e-mail address; write one such as jane@acme.example"),
        "project": (None, MAX_PROJECT, f"longer than {MAX_PROJECT} characters; write the name or id of a project"),
        "url": (_URL, MAX_URL, f"no link; write one such as https://acme.example/7, of at most {MAX_URL} characters"),
    }
    texts: dict[str, str] = {}
    for word, (form, longest, wrong) in checks.items():
        field = one(found, word)
        if isinstance(field, Rejection):
            return field
        if field is None:
            continue
        texts[word] = text_of(field)
        if len(texts[word]) > longest or (form is not None and form.fullmatch(texts[word]) is None):
            return rejection(field.name, texts[word], wrong)
    return texts


def _description(found: Mapping[str, Sequence[Field]], form: Form) -> str | Rejection:
    """Return the text that Noko gets, tags included, of at most 1,000 characters."""
    tags = _tags(found)
    if isinstance(tags, Rejection):
        return tags
    billable = _billable(found)
    if isinstance(billable, Rejection):
        return billable
    phrases = [text_of(field) for field in found.get("description", ())] or [f"form {form.name}"]
    if billable:
        return describe(phrases, tags)
    text = describe(phrases, ())
    text = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rstrip() + "…"
    same = re.compile(rf"#{re.escape(form.unbillable_tag.removesuffix('*'))}(?![\w*-])", re.IGNORECASE)
    return describe([same.sub(f"#{form.unbillable_tag}", text)], (form.unbillable_tag, *tags))


def _tags(found: Mapping[str, Sequence[Field]]) -> tuple[str, ...] | Rejection:
    """Return the tags that were chosen or typed with commas between them, without `#` and each once.

    A tag is one word in Noko: blanks inside, which the options of forms often have, become `-`.
    """
    tags: dict[str, str] = {}
    for field in found.get("tags", ()):
        for name in filter(None, (name.strip() for value in field.values for name in re.split("[,;]", value))):
            tag = _TAG.fullmatch("-".join(name.split()))
            if tag is None or len(tag[1].removesuffix("*")) > MAX_TAG:
                what = f"not usable as a tag; write words of at most {MAX_TAG} characters with commas between them"
                return rejection(field.name, name, what)
            tags.setdefault(tag[1].removesuffix("*").casefold(), tag[1])
    return tuple(tags.values())


def _billable(found: Mapping[str, Sequence[Field]]) -> bool | Rejection:
    field = one(found, "billable")
    if isinstance(field, Rejection):
        return field
    if field is None:
        return True
    text = text_of(field)
    word = " ".join(text.casefold().split())
    if word in _YES | _NO:
        return word in _YES
    return rejection(field.name, text, "cannot read whether it is billable; write yes or no")
