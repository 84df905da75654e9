"""One authentic request from a source, read: the drafts it asks for, and why the rest of it is none."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.directive import MERGE
from chalicelib.domain.draft_json import draft_from_json, draft_to_json
from chalicelib.domain.entry import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.entry import Draft

MAX_ID_LENGTH = 128


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a request said. `key` names it; the same key again is an exact redelivery.

    `notes` are the commits with a directive, or the submission, that made no draft; `silent` the SHAs of those
    without any directive. `form` is what a submission was sent to. `incomplete` means that the source may have
    left commits out. `unused`, when it is not None, says why nothing of the request is of use: it is
    acknowledged, and nothing is stored. `arrival` is how a push's commits came.
    """

    source: str
    key: str
    event: str
    drafts: tuple[Draft, ...] = ()
    notes: tuple[Note, ...] = ()
    silent: tuple[str, ...] = ()
    repository: str | None = None
    branch: str | None = None
    form: str | None = None
    incomplete: bool = False
    unused: str | None = None
    arrival: Arrival | None = None


def delivery_key(source: str, delivery_id: str, raw: bytes) -> str:
    """Name a request by its source's id *and* its body: all hooks that get an event share the id.

    An id that is over 128 characters or not printable ASCII is replaced by its own SHA-256.
    """
    return f"{source}:{bounded_id(delivery_id)}:{hashlib.sha256(raw).hexdigest()}"


def bounded_id(given: str) -> str:
    """Return a source's id, or its SHA-256 if it is over 128 characters or not printable ASCII."""
    if len(given) <= MAX_ID_LENGTH and given.isascii() and given.isprintable():
        return given
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def answer(delivery: Delivery) -> dict[str, Any]:
    """Build the body of the HTTP answer: what was drafted, and what was not, with the reasons.

    A cherry-pick is listed as skipped although it is a draft, and so is what is a merge by its text: whether it
    is a copy is known only once the delivery is opened. `incomplete` and `unused` are there only when there is
    something to say.
    """
    body: dict[str, Any] = {"delivery": delivery.key, "drafts": [], "skipped": [], "malformed": []}
    for draft in delivery.drafts:
        sha = draft.key.rpartition(":")[2]
        if draft.is_merge:
            body["skipped"].append({"commit": sha, "reason": MERGE})
            continue
        if draft.copy_of is not None:
            reason = f"cherry-pick of {draft.copy_of[:7]}: logged only if that commit's work is not"
            body["skipped"].append({"commit": sha, "reason": reason})
            continue
        date = draft.date.isoformat()
        body["drafts"].append({"key": draft.key, "minutes": draft.minutes, "date": date, "commit": sha})
    for note in delivery.notes:
        if note.kind == "skipped":
            body["skipped"].append({"commit": note.subject, "reason": note.reason})
        else:
            body["malformed"].append({"commit": note.subject, "text": note.text or "", "reason": note.reason})
    if delivery.incomplete:
        body["incomplete"] = True
    if delivery.unused is not None:
        body["unused"] = delivery.unused
    return body


def to_json(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as a JSON object for the ledger, without what is None or empty."""
    record = {
        "source": delivery.source,
        "key": delivery.key,
        "event": delivery.event,
        "drafts": [draft_to_json(draft) for draft in delivery.drafts] or None,
        "notes": [_note_to_json(note) for note in delivery.notes] or None,
        "silent": list(delivery.silent) or None,
        "repository": delivery.repository,
        "branch": delivery.branch,
        "form": delivery.form,
        "incomplete": delivery.incomplete or None,
        "unused": delivery.unused,
        "arrival": None if delivery.arrival is None else asdict(delivery.arrival),
    }
    return {name: value for name, value in record.items() if value is not None}


def from_json(record: Mapping[str, Any]) -> Delivery:
    """Return the delivery that `to_json` made `record` of, exactly."""
    return Delivery(
        source=record["source"],
        key=record["key"],
        event=record["event"],
        drafts=tuple(draft_from_json(draft) for draft in record.get("drafts", ())),
        notes=tuple(Note(**note) for note in record.get("notes", ())),
        silent=tuple(record.get("silent", ())),
        repository=record.get("repository"),
        branch=record.get("branch"),
        form=record.get("form"),
        incomplete=record.get("incomplete", False),
        unused=record.get("unused"),
        arrival=Arrival(**record["arrival"]) if "arrival" in record else None,
    )


def _note_to_json(note: Note) -> dict[str, str]:
    record = {field.name: getattr(note, field.name) for field in fields(note)}
    return {name: value for name, value in record.items() if value is not None}
