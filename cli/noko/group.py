"""`tallyhook noko`: its commands."""

from __future__ import annotations

import click

from cli.group import Lazy

COMMANDS = {
    "entries": "cli.noko.entries",
    "entry": "cli.noko.entry",
    "edit": "cli.noko.edit",
    "delete": "cli.noko.delete",
    "approve": "cli.noko.approve",
    "unapprove": "cli.noko.unapprove",
    "invoice": "cli.noko.invoice",
}


@click.group(cls=Lazy, modules=COMMANDS, short_help="List and change the entries that Noko holds, whoever logged them.")
def noko() -> None:
    """List and change the entries that Noko holds, whoever logged them.

    Every call takes a slot of the instance's throttle, so that nothing here is in the way of what is posted. Noko's
    ids are those that `tallyhook entries` and `tallyhook noko entries` show. What changes data shows what it will
    do and asks, unless --yes; --dry-run only shows.
    """
