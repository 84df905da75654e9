"""What must hold for every request and its answer, whatever was sent."""

import json

from fuzzing.contract import contract
from fuzzing.sent import GITHUB
from fuzzing.submission import Submitted

from chalicelib.domain.tag import MAX_DESCRIPTION
from chalicelib.sources.delivery import from_json, to_json

STATUSES = {True: {200, 202, 400, 413, 415}, False: {401, 413, 415}}
"""What an authentic and an unauthentic request may be answered while nothing is down."""
MAX_SOURCE_URL = 1100


FORM_STATUSES = {True: {200, 202, 400, 413, 415, 422}, False: {401, 404, 413, 415}}


def complaints(sent, answer, door):
    """Yield what is wrong; nothing for an answer that is as it must be."""
    if isinstance(sent, Submitted):
        yield from _unfit_submission(sent, answer, door)
        return
    yield from contract().complaints(sent.method, sent.path, answer)
    allowed, calls = STATUSES[sent.authentic], door.calls
    if (sent.method, sent.path.removesuffix("/")) != ("POST", GITHUB):
        # a form that nobody configured is not there; what no form sends is turned away before that is asked
        to_form = sent.method == "POST" and sent.path.startswith("/webhooks/forms/")
        allowed = {404, 415} if to_form else {200, 403, 405}
    if alarms := [name for name, _ in door.alarms if (name, sent.fault) != ("door_closed", "ledger")]:
        yield f"alarms: {alarms}"
    if answer.status == 503 and sent.fault == "ledger" and sent.authentic and calls:
        return
    if answer.status not in allowed:
        yield f"{answer.status} where {sorted(allowed)} would be right"
    if calls and not (sent.authentic and answer.status in {200, 202}):
        yield f"{calls} calls for a request that is not taken"
    if calls and answer.status == 200 and "duplicate" not in answer.json():
        yield f"{calls} calls for a request of no use"
    if answer.status == 202:
        yield from _unfit_delivery(sent, answer.json(), door.house)


def _unfit_delivery(sent, said, house):
    stored = house.ledger.delivery(said["delivery"])
    if stored is None:
        yield "accepted and not stored"
        return
    delivery = stored.delivery
    if [d.key for d in delivery.drafts if d.copy_of is None] != [d["key"] for d in said["drafts"]]:
        yield "the stored drafts are not those of the answer"
    if len(delivery.drafts) + len(delivery.notes) != sum(len(said[n]) for n in ("drafts", "skipped", "malformed")):
        yield "the answer does not tell of every commit"
    if sent.fault != "queue" and delivery.key not in [key for _, key in house.queue.open]:
        yield "accepted and not announced"
    if from_json(json.loads(json.dumps(to_json(delivery), ensure_ascii=False).encode())) != delivery:
        yield "the delivery is another one after it was stored"
    for draft in delivery.drafts:
        yield from _unfit_draft(draft)


def _unfit_submission(sent, answer, door):
    yield from contract().complaints(sent.method, sent.path, answer)
    calls, is_down = door.calls, sent.fault == "ledger" and sent.vouched
    if alarms := [name for name, _ in door.alarms if not (name == "door_closed" and is_down)]:
        yield f"alarms: {alarms}"
    allowed = FORM_STATUSES[sent.vouched] if sent.method == "POST" else {405}
    if answer.status not in (allowed | {503} if is_down else allowed):
        yield f"{answer.status} where {sorted(allowed)} would be right"
    if calls and answer.status not in {200, 202, 503}:
        yield f"{calls} calls for a request that is not taken"
    if answer.status == 202:
        said = answer.json()
        stored = door.house.ledger.delivery(said["delivery"])
        if stored is None:
            yield "accepted and not stored"
            return
        delivery = stored.delivery
        if len(delivery.drafts) + len(delivery.notes) != 1 or len(said["drafts"]) != len(delivery.drafts):
            yield "one submission is not one draft or one rejection"
        if sent.fault != "queue" and delivery.key not in [key for _, key in door.house.queue.open]:
            yield "accepted and not announced"
        if from_json(json.loads(json.dumps(to_json(delivery), ensure_ascii=False).encode())) != delivery:
            yield "the delivery is another one after it was stored"
        for draft in delivery.drafts:
            yield from _unfit_draft(draft)


def _unfit_draft(draft):
    """Yield what of a draft would make trouble behind the door."""
    if not 1 <= draft.minutes <= 1440:
        yield f"{draft.minutes} minutes"
    if not 1 <= len(draft.description) <= MAX_DESCRIPTION or "\n" in draft.description:
        yield f"a description of {len(draft.description)} characters, or of several lines"
    if len(draft.source_url) > MAX_SOURCE_URL or not draft.source_url.isascii():
        yield f"a source URL of {len(draft.source_url)} characters, or not in ASCII"
