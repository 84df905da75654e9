"""`tallyhook forms`: its commands."""

from __future__ import annotations

import click

from cli.group import Lazy

COMMANDS = {
    "list": "cli.forms.listing:list_forms",
    "test": "cli.forms.trial:trial",
    "rejected": "cli.forms.rejected",
    "link": "cli.forms.link",
}


@click.group(cls=Lazy, modules=COMMANDS, short_help="List the forms, try a submission out, give out links.")
def forms() -> None:
    """List the forms of the routing file, try a recorded submission out, and see what could not become an entry.

    For a form of our own (`preset = "page"`), make the links that let people in.

    What became of a submission that was taken in: `tallyhook entry KEY`, with the key of its receipt.
    """
