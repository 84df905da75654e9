"""`tallyhook tags rename`: another name for a tag, or the same with or without its star."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from chalicelib.noko.tags import Tags
from cli.move import confirm
from cli.noko.interruption import told_if_interrupted
from cli.parameter import dry_run_option, json_option, yes_option
from cli.tags.lookup import new_name, tag_called, tag_or_none, written

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Give a tag another name.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def rename(desk: Desk, *, old: str, new: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Give the tag OLD the name NEW; all entries that have it follow.

    A star at the end of NEW makes it unbillable, and none makes it billable, also where the name stays the same.
    """
    name = new_name(new)
    tags = Tags(desk.site().ports.noko)
    known = list(tags.list())
    tag = tag_called(old, known)
    other = tag_or_none(name, known)
    if other is not None and other.id != tag.id:
        raise UserError(f"there is a tag {other.name} already; `tallyhook tags merge {tag.name} --into {other.name}`")
    billable = "unbillable" if name.endswith("*") else "billable"
    desk.terminal.say((written(tag), "bold"), f" → #{name} ({billable})")
    if tag.name == name.removesuffix("*") and tag.billable is not name.endswith("*"):
        desk.terminal.say("it is so already: nothing to do")
        return
    if dry_run:
        return
    if not yes:
        confirm(desk)
    with told_if_interrupted(desk):
        renamed = tags.rename(tag.id, name)
    if as_json:
        desk.terminal.record(renamed.own())
    else:
        desk.terminal.show(f"{renamed.id}  ", ("renamed", "green"), f"  {written(renamed)}")
