"""`tallyhook approve`: run a policy now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.domain.approval_record import Stage, from_text
from chalicelib.errors import TallyhookError, Unavailable
from chalicelib.services import approving_by_hand as service
from cli.approvals import plan as plans
from cli.approvals.text import sentence
from cli.failure import PARTLY_DONE
from cli.move import confirm
from cli.noko.progress import progress
from cli.parameter import dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chalicelib.domain.approval_record import Record
    from chalicelib.services.approving import Approving
    from cli.desk import Desk


@click.command(short_help="Approve what a policy means, now.")
@click.argument("policy", required=False, metavar="[POLICY]")
@click.option("--resume", "key", metavar="RUN", help="Instead, go on with a run that was broken off.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def approve(desk: Desk, *, policy: str | None, key: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Approve the entries that POLICY means in the routing file, as if it were due now; the token has to be a
    supervisor's.

    An approved entry can be neither edited nor deleted. What the policy means and cannot be approved, such as an entry
    of an archived project or one whose creation is in doubt, is told and makes exit code 5. A run that is broken off
    says how to go on with it; the scheduled runs come all the same. RUN is what `tallyhook approvals runs` calls a run.
    """
    if (policy is None) is (key is None):
        raise click.UsageError("name a policy, or with --resume a run that was broken off")
    as_json = as_json or not desk.terminal.can_draw
    site = desk.site()
    if key is not None:
        if dry_run:
            raise click.UsageError("--dry-run looks at a policy, not at a run that was begun")
        _say_where_it_is(key, desk)
        if not yes:
            confirm(desk)
        with progress("approving", from_text(service.run_called(key, ports=site.ports).body).left) as watch:
            held = service.resumed(key, ports=site.ports, routing=site.routing(), watch=watch)
            _carry_out(held, desk=desk, as_json=as_json)
        return
    assert policy is not None
    routing = site.routing()
    made = service.plan(service.policy_called(policy, routing), ports=site.ports, routing=routing)
    if dry_run:
        plans.show(made, desk, as_json=as_json)
        raise click.exceptions.Exit(PARTLY_DONE if made.record.is_partly else 0)
    plans.outline(made, desk)
    if not made.record.chosen:
        desk.terminal.say("nothing to approve")
        raise click.exceptions.Exit(PARTLY_DONE if made.record.is_partly else 0)
    if not yes:
        confirm(desk)
    with progress("approving", len(made.record.chosen)) as watch:
        _carry_out(service.begun(made, ports=site.ports, watch=watch), desk=desk, as_json=as_json)
