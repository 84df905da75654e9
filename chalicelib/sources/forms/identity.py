"""By what a submission is known when it comes again: an id of its own, or else what it says, for ten minutes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.entry import FORM, WEAK
from chalicelib.errors import MalformedRequest
from chalicelib.sources.delivery import bounded_id
from chalicelib.sources.forms.alias import sort_out
from chalicelib.sources.forms.mapping import one, text_of
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.submission import Field
from chalicelib.sources.header import header_values

if TYPE_CHECKING:
    from chalicelib.domain.routing_table import Form
    from chalicelib.sources.forms.submission import Submission
    from chalicelib.sources.header import Headers

SHOWN_DIGITS = 16
"""How many hex digits of the digest a key without an id shows."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How a submission of the form `form` is told from others.

    `id` is None where nothing but the `digest` (SHA-256, hex) of the answers tells: then it is weak.
    """

    form: str
    digest: str
    id: str | None = None

    @property
    def is_weak(self) -> bool:
        """Whether equal submissions within ten minutes count as one."""
        return self.id is None

    def key(self, first_at: int | None = None) -> str:
        """Return the entry key; that of a weak one holds the instant (ms) at which its ten minutes began."""
        if self.id is not None:
            return f"{FORM}{self.form}:{self.id}"
        weak = f"{FORM}{self.form}:{WEAK}{self.digest[:SHOWN_DIGITS]}"
        return weak if first_at is None else f"{weak}-{first_at}"


def identify(submission: Submission, headers: Headers, form: Form) -> tuple[Identity, Rejection | None]:
    """Return by what a submission is known, and what is wrong with that.

    In this order: the field that the routing file names as its `id`; the sender's own id; the header
    `Idempotency-Key`; a field called `id`. Ids over 128 characters or not printable are replaced by their SHA-256.
    Two answers that both may be the id are rejected, if it comes to them; two such headers raise MalformedRequest
    (`idempotency_key`).
    """
    labels = dict(form.fields)
    found = sort_out((field for field in submission.fields if not field.unresolved), labels)
    field = None if isinstance(found, Rejection) else one(found, "id")
    doubt = field if isinstance(field, Rejection) else None
    typed = text_of(field) if isinstance(field, Field) else None
    told = "id" in labels
    ids = (typed if told else None, submission.submission_id, _idempotency_key(headers), typed)
    known = next((each.strip() for each in ids if each and each.strip()), None)
    name = None if known is None else _unlike_weak(bounded_id(known))
    return Identity(form.name, _digest(submission), name), doubt if told or known is None else None


def _idempotency_key(headers: Headers) -> str | None:
    """Return the header's value; the form: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/."""
    values = header_values(headers, "Idempotency-Key")
    if len(values) > 1:
        raise MalformedRequest("one Idempotency-Key at most is needed", code="idempotency_key")
    return values[0].strip().strip('"') if values else None


def _unlike_weak(name: str) -> str:
    """Return an id that cannot be mistaken for a weak key."""
    return hashlib.sha256(name.encode()).hexdigest() if name.startswith(WEAK) else name


def _digest(submission: Submission) -> str:
    """Hash what was answered: neither the order of the fields nor how they were encoded counts."""
    fields = sorted((_canonical(field) for field in submission.fields), key=json.dumps)
    text = json.dumps([fields, submission.submission_id, sorted(submission.files)])
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(field: Field) -> list[object]:
    return [field.name, field.key, list(field.values), list(field.unresolved)]
