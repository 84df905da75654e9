"""`tallyhook approvals`: its commands."""

from __future__ import annotations

import click

from cli.group import Lazy

COMMANDS = {
    "list": "cli.approvals.listing:listing",
    "runs": "cli.approvals.runs",
    "run": "cli.approvals.run",
    "undo": "cli.approvals.undo",
}


@click.group(cls=Lazy, modules=COMMANDS, short_help="See what the policies approved, and take it back.")
def approvals() -> None:
    """See when the policies of the routing file run and what they approved, and take a run back.

    `tallyhook approve POLICY` runs one now. RUN is what `tallyhook approvals runs` calls a run.
    """
