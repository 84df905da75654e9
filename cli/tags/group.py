"""`tallyhook tags`: its commands."""

from __future__ import annotations

import click

from cli.group import Lazy

COMMANDS = {
    "list": "cli.tags.listing:list_tags",
    "create": "cli.tags.create",
    "rename": "cli.tags.rename",
    "merge": "cli.tags.merge",
    "delete": "cli.tags.delete",
}


@click.group(cls=Lazy, modules=COMMANDS, short_help="List, create, rename, merge and delete Noko's tags.")
def tags() -> None:
    """List, create, rename, merge and delete Noko's tags.

    NAME is that of a tag; case does not count, nor does a # before it. A star at the end of a new name makes a tag
    unbillable. What changes data shows what it will do and asks, unless --yes; --dry-run only shows.
    """
