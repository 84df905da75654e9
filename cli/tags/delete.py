"""`tallyhook tags delete`: fewer tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from chalicelib.noko.tags import Tags
from cli.failure import FAILED, PARTLY_DONE
from cli.move import confirm
from cli.noko.bulk import Change, Run
from cli.noko.progress import progress
from cli.noko.report import exit_code, report
from cli.parameter import dry_run_option, json_option, yes_option
from cli.tags.lookup import tag_called, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.noko.models import NokoTag
    from cli.desk import Desk


@click.command(short_help="Delete tags; their entries stay.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def delete(desk: Desk, *, names: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """Delete tags for good. The entries that have them stay, without the tag.

    Noko does not say which ones it ignored, so they are looked for afterwards. Exit code 5: only some are deleted.
    """
    tags = Tags(desk.site().ports.noko)
    found, unknown = _found(names, list(tags.list()))
    for error in unknown:
        desk.terminal.say((str(error), "red"))
    if not found:
        raise click.exceptions.Exit(FAILED)
    desk.terminal.say(("to delete for good: ", "bold"), "; ".join(written(tag) for tag in found.values()))
    if dry_run:
        raise click.exceptions.Exit(PARTLY_DONE if unknown else 0)
    if not yes:
        confirm(desk)

    def seen(ids: Sequence[int]) -> dict[int, bool]:
        left = {tag.id for tag in tags.list()}
        return {number: number not in left for number in ids}

    run = Run(tuple(found))
    change = Change(
        one=tags.delete,
        many=tags.delete_many,
        is_done=lambda number: seen([number])[number],
        seen=seen,
        gone=True,
    )
    with progress("deleting", len(found)) as step:
        run.carry_out(change, step)
    labels = {number: tag.formatted_name or "" for number, tag in found.items()}
    ordered = {number: run.fates[number] for number in found}
    report(ordered, done="deleted", labels=labels, desk=desk, as_json=as_json)
    code = exit_code(ordered, interrupted=run.interrupted)
    raise click.exceptions.Exit(PARTLY_DONE if unknown and code == 0 else code)


def _found(names: Sequence[str], known: Sequence[NokoTag]) -> tuple[dict[int, NokoTag], list[UserError]]:
    found: dict[int, NokoTag] = {}
    unknown: list[UserError] = []
    for name in names:
        try:
            tag = tag_called(name, known)
        except UserError as error:
            unknown.append(error)
        else:
            found[tag.id] = tag
    return found, unknown
