"""`tallyhook approvals runs`: what was approved, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from chalicelib.services.approvals import KIND
from cli.approvals.text import styled, summary
from cli.parameter import json_option
from cli.terminal import Column

if TYPE_CHECKING:
    from chalicelib.domain.run import Run
    from chalicelib.ports import Ports
    from cli.desk import Desk
    from cli.terminal import Piece

READ_MS = 100 * 86_400_000
"""How far back runs are looked for."""
_COLUMNS = (
    Column("run"),
    Column("began"),
    Column("approved", right=True),
    Column("not", right=True),
    Column("by", ratio=1),
    Column("state"),
)


@click.command(short_help="List the runs of the last hundred days.")
@click.option("--policy", metavar="POLICY", help="Only the runs of one policy.")
@json_option
@click.pass_obj
def runs(desk: Desk, *, policy: str | None, as_json: bool) -> None:
    """List the runs of the last hundred days, the newest first. `made_up` tells of one that began late."""
    found = [run for run in newest(desk.site().ports) if policy in {None, run.key.partition("/")[0]}]
    if not found:
        desk.terminal.say("nothing was approved by a policy yet")
    elif as_json or not desk.terminal.can_draw:
        for run in found:
            desk.terminal.record(summary(run))
    else:
        desk.terminal.table(_COLUMNS, [_row(summary(run)) for run in found])


def newest(ports: Ports) -> list[Run]:
    """Read the runs, the newest first."""
    now = ports.clock.now()
    found = ports.ledger.runs(KIND, since=now - READ_MS, until=now)
    return sorted(found, key=lambda run: run.started_at, reverse=True)


def _row(made: dict[str, Any]) -> list[Piece]:
    numbers = [str(made["approved"]), str(made["not_approved"])]
    late = " (made up for)" if made["made_up"] else ""
    return [made["run"], made["began"] + late, *numbers, ", ".join(made["by"]), styled(made["state"])]
