"""`tallyhook tags list`: Noko's tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from chalicelib.noko.filter import TagFilter
from chalicelib.noko.tags import Tags
from cli.parameter import json_option
from cli.terminal import Column

if TYPE_CHECKING:
    from chalicelib.noko.models import NokoTag
    from cli.desk import Desk
    from cli.terminal import Piece

_COLUMNS = (Column("tag", ratio=1), Column("billable"), Column("entries", right=True), Column("Noko id", right=True))


@click.command("list", short_help="List Noko's tags.")
@click.option("--name", metavar="TEXT", help="Only tags with this in their name.")
@click.option("--billable/--unbillable", default=None, help="Only billable tags, or only the others.")
@json_option
@click.pass_obj
def list_tags(desk: Desk, *, name: str | None, billable: bool | None, as_json: bool) -> None:
    """List Noko's tags: a table on a terminal, JSON lines elsewhere, each an object as Noko sent it."""
    try:
        found = Tags(desk.site().ports.noko).list(TagFilter(name=name, billable=billable))
    except UserError as error:
        raise click.UsageError(str(error)) from None
    count = 0
    if as_json or not desk.terminal.can_draw:
        for count, tag in enumerate(found, 1):  # noqa: B007 - counted for the words below
            desk.terminal.record(tag.own())
    else:
        listed = list(found)
        count = len(listed)
        if listed:
            desk.terminal.table(_COLUMNS, [_row(tag) for tag in listed])
    desk.terminal.say(f"{count} {'tag' if count == 1 else 'tags'}" if count else "no tags")


def _row(tag: NokoTag) -> list[Piece]:
    billable = "" if tag.billable is None else ("no", "yes")[tag.billable]
    return [tag.name or "", billable, "" if tag.entries is None else str(tag.entries), str(tag.id)]
