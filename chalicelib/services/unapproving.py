"""Take back what one run approved, and nothing that anybody has touched since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.approval import Aside, Why
from chalicelib.domain.approval_record import Undone, from_text, to_text
from chalicelib.errors import NokoError, UserError
from chalicelib.noko.check import PORTION
from chalicelib.noko.entries import Entries
from chalicelib.services import run as runs
from chalicelib.services.approving import approver, marked
from chalicelib.services.approving_by_hand import check_open, run_called

if TYPE_CHECKING:
    from chalicelib.domain.approval import Candidate
    from chalicelib.domain.approval_record import Record, User
    from chalicelib.domain.run import Run
    from chalicelib.ports import Ports
    from chalicelib.services.approving import Watch


@dataclass(frozen=True, slots=True)
class Undoing:
    """What of a run can be taken back, why the rest cannot, and what was taken back before."""

    run: Run
    record: Record
    user: User
    ready: tuple[Candidate, ...]
    left: tuple[Aside, ...]
    done: tuple[int, ...]


def look(key: str, *, ports: Ports) -> Undoing:
    """Look which entries still are as the run left them. Changes nothing.

    Raises UserError for a run that there is not, or that has not ended; NotPermitted, Paused, and what questions
    raise.
    """
    check_open(ports=ports)
    run = run_called(key, ports=ports)
    if run.finished_at is None:
        raise UserError(f"the run {key} has not ended: `tallyhook approve --resume {key}` sees it through first")
    record, user = from_text(run.body), approver(ports=ports)
    seen = {each.noko_id: each for each in marked(record, ports=ports)} if record.approved else {}
    before = set(record.undone.unapproved) if record.undone else set()
    done = tuple(noko_id for noko_id in record.approved if noko_id in before and noko_id not in seen)
    left, ready = [], []
    for noko_id in record.approved:
        each = seen.get(noko_id)
        reason = _reason(each, record)
        if each is not None and reason is None:
            ready.append(each)
        elif reason is not None and noko_id not in done:
            left.append(Aside(noko_id, *reason))
    return Undoing(run, record, user, tuple(ready), tuple(left), done)


def _reason(each: Candidate | None, record: Record) -> tuple[Why, str] | None:
    if each is None:
        return Why.CHANGED, "it does not carry this run's approval any more"
    if each.is_invoiced:
        return Why.INVOICED, "it is invoiced"
    if each.updated_at is None or record.read_back is None or each.updated_at > record.read_back:
        return Why.CHANGED, "somebody has changed it since"
    if each.is_archived:
        return Why.ARCHIVED_PROJECT, "its project is archived"
    return None


def take_back(undoing: Undoing, *, ports: Ports, watch: Watch = lambda _: None) -> Undone:
    """Unapprove what is ready, a hundred in a call, read back, and write down how it ended.

    Raises what keeps Noko from being asked; then the same again takes back the rest.
    """
    ids = tuple(each.noko_id for each in undoing.ready)
    undone = Undone(ports.clock.now(), undoing.user.email, (*undoing.done, *ids), undoing.left)
    run = _write(undoing.run, replace(undoing.record, undone=undone), ports=ports)
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        for _ in ports.noko.unapprove(portion):
            watch(len(portion))
    left = [*undoing.left, *_ask(set(ids), undoing.record, ports=ports)] if ids else [*undoing.left]
    stayed = {each.noko_id for each in left}
    gone = tuple(noko_id for noko_id in undone.unapproved if noko_id not in stayed)
    undone = replace(undone, unapproved=gone, left=tuple(left), is_ended=True)
    _write(run, replace(undoing.record, undone=undone), ports=ports)
    ports.telemetry.event("approval_undone", run=run.key, unapproved=len(gone), left=len(left))
    return undone


def _ask(sent: set[int], record: Record, *, ports: Ports) -> list[Aside]:
    """Unapprove one by one what a list still shows as approved: the answer says why not."""
    left = []
    for each in marked(record, ports=ports):
        if each.noko_id in sent:
            try:
                Entries(ports.noko).unapprove(each.noko_id)
            except NokoError as error:
                left.append(Aside(each.noko_id, Why.REFUSED, str(error)))
    return left


def _write(run: Run, record: Record, *, ports: Ports) -> Run:
    return runs.keep(run, to_text(record), lease_until=run.lease_until, ports=ports)
