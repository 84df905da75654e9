"""`tallyhook approve`: run a policy now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import click

from chalicelib.domain.approval_record import from_text
from chalicelib.errors import Unavailable
from chalicelib.services import approving_by_hand as service
from cli.approvals import plan as plans
from cli.approvals.text import asides, sentence
from cli.failure import FAILED, PARTLY_DONE
from cli.move import confirm
from cli.noko.progress import progress
from cli.parameter import dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chalicelib.domain.approval_record import Record
    from chalicelib.services.approving import Approving
    from cli.desk import Desk, Site


@click.command(short_help="Approve what a policy means, now.")
@click.argument("policy", required=False, metavar="[POLICY]")
@click.option("--resume", "key", metavar="RUN", help="Instead, go on with a run that was broken off.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def approve(desk: Desk, *, policy: str | None, key: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Approve the entries that POLICY means in the routing file, as if it were due now.

    The token has to be a supervisor's. An approved entry can be neither edited nor deleted. What the policy means and
    cannot be approved, such as an entry of an archived project or one whose creation is in doubt, is told and makes
    exit code 5. A run that is broken off says how to go on with it; the scheduled ones come all the same. RUN is its
    name in `tallyhook approvals runs`.
    """
    if (policy is None) is (key is None):
        raise click.UsageError("name a policy, or with --resume a run that was broken off")
    as_json = as_json or not desk.terminal.can_draw
    site = desk.site()
    if key is not None:
        if dry_run:
            raise click.UsageError("--dry-run looks at a policy, not at a run that was begun")
        _resume(key, site, desk, yes=yes, as_json=as_json)
        return
    routing = site.routing()
    called = service.policy_called(policy or "", routing)
    made = service.plan(called, ports=site.ports, routing=routing)
    if dry_run:
        plans.show(made, desk, as_json=as_json)
        _leave(made.record)
    plans.outline(made, desk)
    if not made.record.chosen:
        desk.terminal.say("nothing to approve")
        _leave(made.record)
    if not yes:
        confirm(desk)
    with progress("approving", len(made.record.chosen)) as watch:
        ended = _carry_out(service.begun(made, called, ports=site.ports, watch=watch), desk)
    _report(*ended, desk, as_json=as_json)


def _resume(key: str, site: Site, desk: Desk, *, yes: bool, as_json: bool) -> None:
    run = service.run_called(key, ports=site.ports)
    record = from_text(run.body) if run.body else None
    left = len(record.chosen) - record.sent if record else 0
    if record is not None:
        desk.terminal.say((f"{key}: ", "bold"), f"{record.sent} of {len(record.chosen)} sent, {left} to go")
    if not yes:
        confirm(desk)
    with progress("approving", left) as watch:
        ended = _carry_out(service.resumed(key, ports=site.ports, routing=site.routing(), watch=watch), desk)
    _report(*ended, desk, as_json=as_json)


def _carry_out(held: AbstractContextManager[Approving], desk: Desk) -> tuple[str, Record]:
    """See a run through, or say how to go on with it; return its name and how it ended."""
    work: Approving | None = None
    try:
        with held as work:
            work.go_on()
    except (KeyboardInterrupt, Unavailable) as error:
        if work is None:
            raise
        record = work.record
        said = f"{record.sent} of {len(record.chosen)} sent; `tallyhook approve --resume {work.run.key}` goes on"
        desk.terminal.say(("broken off: ", "yellow"), said)
        if record.sent and isinstance(error, Unavailable):
            desk.terminal.say(str(error))
            raise click.exceptions.Exit(PARTLY_DONE) from None
        raise
    return work.run.key, work.record


def _report(key: str, record: Record, desk: Desk, *, as_json: bool) -> None:
    if as_json:
        for noko_id in record.approved:
            desk.terminal.record({"id": noko_id, "result": "approved", "reason": None})
        for each in asides(record.aside):
            desk.terminal.record(each)
    plans.tell_asides(record.aside, desk)
    if record.stopped is not None:
        desk.terminal.say(("no more was sent: ", "red"), record.stopped)
    desk.terminal.say((f"{sentence(record)}: ", "bold"), key)
    if record.approved:
        desk.terminal.say(f"`tallyhook approvals undo {key}` takes it back")
    _leave(record)


def _leave(record: Record) -> NoReturn:
    if record.stopped is not None and not record.approved:
        raise click.exceptions.Exit(FAILED)
    raise click.exceptions.Exit(PARTLY_DONE if record.is_partly else 0)
