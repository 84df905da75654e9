"""A submission, read: the delivery it makes once its key is known, and the answer to its sender."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.entry import Draft, Note, form_source_url, is_weak
from chalicelib.sources.delivery import Delivery
from chalicelib.sources.forms.identity import identify
from chalicelib.sources.forms.mapping import Work, read_work
from chalicelib.sources.forms.rejection import Rejection

if TYPE_CHECKING:
    from chalicelib.domain.form_rule import FormRule
    from chalicelib.sources.forms.identity import Identity
    from chalicelib.sources.forms.submission import Submission
    from chalicelib.sources.header import Headers

SOURCE = "form"
EVENT = "submission"
NOWHERE = "https://tallyhook.invalid"
"""The base of receipts without a public one: `.invalid` is nobody's for ever (RFC 6761), so it leads nobody astray."""
RECEIPT_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """What a submission says, and by what it is known. `public_url` is our own base for receipts, or None."""

    identity: Identity
    result: Work | Rejection
    public_url: str | None = None

    @property
    def window(self) -> str | None:
        """Name what must not count twice within ten minutes; None where an id tells, and for what is no work."""
        if not self.identity.is_weak or isinstance(self.result, Rejection):
            return None
        return f"{self.identity.form}:{self.identity.digest}"

    def delivery(self, first_at: int | None = None) -> Delivery:
        """Make the delivery. `first_at` (ms) is when the ten minutes began, for a reading that has a `window`.

        A rejected submission that is sent again once the routing file was mended is another delivery: its key
        holds what was wrong with it.
        """
        form, key = self.identity.form, self.identity.key(first_at)
        if isinstance(self.result, Rejection):
            note = Note(key, "malformed", self.result.reason, text=self.result.value, field=self.result.field)
            digest = _hash(f"{self.identity.digest}\n{note.field}\n{note.reason}")
            return Delivery(source=SOURCE, key=f"{key}:{digest}", event=EVENT, notes=(note,), form=form)
        draft = _draft(self.result, key, form=form, base=self.public_url or NOWHERE)
        return Delivery(source=SOURCE, key=f"{key}:{self.identity.digest}", event=EVENT, drafts=(draft,), form=form)


def read(
    submission: Submission, headers: Headers, rule: FormRule, *, timezone: str, public_url: str | None, now: int
) -> Reading:
    """Read a submission of a form that the routing file has. Raise MalformedRequest for its headers alone."""
    assert rule.form is not None, "the form is not in the routing file"
    identity, doubt = identify(submission, headers, rule.form)
    return Reading(identity, doubt or read_work(submission, rule, timezone=timezone, now=now), public_url)


def answer(delivery: Delivery) -> dict[str, Any]:
    """Build the body of the HTTP answer: the receipt for what was drafted, or why it was not."""
    body: dict[str, Any] = {"delivery": delivery.key, "drafts": [], "skipped": [], "malformed": []}
    for draft in delivery.drafts:
        facts = {"key": draft.key, "minutes": draft.minutes, "date": draft.date.isoformat()}
        more = {"description": draft.description, "source_url": draft.source_url}
        body["drafts"].append({**facts, **more, "form": delivery.form})
        if is_weak(draft.key):
            body["weak"] = True
    for note in delivery.notes:
        said = {"key": note.key, "reason": note.reason}
        if note.kind == "skipped":
            body["skipped"].append(said)
        else:
            body["malformed"].append({**said, "field": note.field or "", "text": note.text or ""})
    return body


def _draft(work: Work, key: str, *, form: str, base: str) -> Draft:
    receipt = f"{base}/forms/{form}/{_hash(key)[:RECEIPT_DIGITS]}"
    return Draft(
        key=key,
        minutes=work.minutes,
        date=work.date,
        description=work.description,
        source_url=form_source_url(work.url or receipt, key),
        author=work.author,
        worked_at=work.worked_at,
        form=form,
        project=work.project,
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
