"""`tallyhook approvals list`: the policies, when each is due next, and its last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.domain.schedule import Schedule
from cli.approvals.runs import newest
from cli.approvals.text import summary
from cli.moment import iso
from cli.parameter import json_option
from cli.terminal import Column

if TYPE_CHECKING:
    from cli.desk import Desk

_COLUMNS = (Column("policy"), Column("when"), Column("next due"), Column("last run", ratio=1))


@click.command("list", short_help="List the policies: when each is due, and its last run.")
@json_option
@click.pass_obj
def listing(desk: Desk, *, as_json: bool) -> None:
    """List the policies of the routing file, when each is due next, and its last run, by hand or not."""
    site = desk.site()
    routing, now = site.routing(), site.ports.clock.now()
    if not routing.approvals:
        desk.terminal.say("the routing file has no [[approvals]]")
        return
    runs = newest(site.ports)
    rows = []
    for policy in routing.approvals:
        due = next(Schedule.parse(policy.when, routing.defaults.timezone).after(now))
        last = next((summary(run) for run in runs if run.key.startswith(f"{policy.name}/")), None)
        if as_json or not desk.terminal.can_draw:
            timezone = routing.defaults.timezone
            record = {"policy": policy.name, "when": policy.when, "timezone": timezone, "next_due": iso(due)}
            desk.terminal.record(record | {"last_run": last})
        else:
            state = last["state"].replace("_", " ") if last else ""
            told = f"{last['approved']} approved, {state}, {last['began']}" if last else "none yet"
            rows.append([policy.name, policy.when, iso(due), told])
    if rows:
        desk.terminal.table(_COLUMNS, rows)
        desk.terminal.say(f"times of day are those of {routing.defaults.timezone}")
