"""`tallyhook tags create`: new tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.noko.tags import Tags
from cli.failure import FAILED, PARTLY_DONE
from cli.move import confirm
from cli.noko.interruption import told_if_interrupted
from cli.parameter import dry_run_option, json_option, yes_option
from cli.tags.lookup import bare, new_name, tag_or_none, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.noko.models import NokoTag
    from cli.desk import Desk


@click.command(short_help="Create tags.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def create(desk: Desk, *, names: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """Create tags, those with a star at the end as unbillable ones. What exists stays as it is.

    Exit code 5: Noko made only some of them.
    """
    wanted = {bare(name).lower(): name for name in map(new_name, names)}
    tags = Tags(desk.site().ports.noko)
    known = list(tags.list())
    missing = [name for name in wanted.values() if not _say_if_there(name, known, desk)]
    if not missing:
        desk.terminal.say("nothing to create")
        return
    desk.terminal.say(("to create: ", "bold"), ", ".join(f"#{name}" for name in missing))
    if dry_run:
        return
    if not yes:
        confirm(desk)
    with told_if_interrupted(desk):
        made = tags.create(missing)
    for tag in made:
        if as_json:
            desk.terminal.record(tag.own())
        else:
            desk.terminal.show(f"{tag.id}  ", ("created", "green"), f"  {written(tag)}")
    ignored = [name for name in missing if tag_or_none(name, made) is None]
    for name in ignored:
        why = "Noko ignored it, which it does with names that it cannot use and for those who may not create tags"
        desk.terminal.say((f"#{name} was not created: ", "red"), why)
    if ignored:
        raise click.exceptions.Exit(PARTLY_DONE if made else FAILED)


def _say_if_there(name: str, known: Sequence[NokoTag], desk: Desk) -> bool:
    tag = tag_or_none(name, known)
    if tag is None:
        return False
    desk.terminal.say(f"{written(tag)}, is there already")
    if tag.billable is name.endswith("*"):
        desk.terminal.say(f"  `tallyhook tags rename {tag.name} '{name}'` changes whether it is billable")
    return True
