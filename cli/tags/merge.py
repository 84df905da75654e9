"""`tallyhook tags merge`: one tag becomes another, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from chalicelib.noko.answer import Accepted
from chalicelib.noko.tags import Tags
from cli.move import confirm
from cli.noko.interruption import told_if_interrupted
from cli.parameter import dry_run_option, json_option, yes_option
from cli.tags.lookup import tag_called, written

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Merge a tag into another one, for good.")
@click.argument("name", metavar="NAME")
@click.option("--into", required=True, metavar="NAME", help="The tag that is left.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def merge(desk: Desk, *, name: str, into: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Merge the tag NAME into another one: its entries get that, and NAME is gone. This cannot be undone.

    With many entries Noko does it in the background, and sends the token's owner an e-mail when it is done.
    """
    tags = Tags(desk.site().ports.noko)
    known = list(tags.list())
    tag, target = tag_called(name, known), tag_called(into, known)
    if tag.id == target.id:
        raise UserError(f"{tag.name} cannot be merged into itself")
    desk.terminal.say((written(tag), "bold"), " is merged into ", (written(target), "bold"), " for good")
    if dry_run:
        return
    if not yes:
        confirm(desk)
    with told_if_interrupted(desk):
        reply = tags.merge(tag.id, into=target.id)
    later = reply.message if isinstance(reply, Accepted) else None
    word = "merged" if later is None else "being merged"
    if as_json:
        desk.terminal.record({"id": tag.id, "into": target.id, "result": word, "reason": later})
    else:
        desk.terminal.show(f"{tag.id}  ", (word, "green"), f"  {tag.name} into {target.name}")
    if later is not None:
        desk.terminal.say(f"Noko does it in the background: {later}")
