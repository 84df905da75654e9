"""`tallyhook secrets`: its commands."""

from __future__ import annotations

import click

from cli.group import Lazy

COMMANDS = {
    "list": "cli.secrets.listing:list_secrets",
    "set": "cli.secrets.setting:set_secret",
    "rotate": "cli.secrets.rotate",
}


@click.group(cls=Lazy, modules=COMMANDS, short_help="List, set and rotate the secrets of a deployed stage.")
def secrets() -> None:
    """List, set and rotate the secrets of a deployed stage: `tallyhook --stage NAME secrets …`.

    They are parameters of SSM below /tallyhook-NAME, encrypted with the key that AWS keeps for it. No command shows
    one or takes one as an argument. Functions see a change within five minutes. Neither the table nor Noko is asked.
    """
