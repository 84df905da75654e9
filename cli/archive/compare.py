"""`tallyhook compare`: prove that a store holds what a file holds, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.archive.digest import difference
from cli.archive.place import file_option, placed
from cli.archive.progress import bar
from cli.archive.report import check_owner, show_keys, verified
from cli.failure import FAILED
from cli.parameter import json_option

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Compare the store with a file made by `export`.")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@file_option
@json_option
@click.pass_obj
def compare(desk: Desk, *, source: Path, store: Path | None, as_json: bool) -> None:
    """Compare each item of the store with FILE, made by `tallyhook export`, and list the keys of what differs.

    Exit code 0 means that both hold the same, 1 that they do not. What belongs to a place and not to the work is left
    out, as it is in an export: the pace, the stamp, and Noko's people and projects. So is what has expired.
    """
    archive = verified(source)
    with placed(desk, store) as place:
        check_owner(archive, place)
        now = place.clock.now()
        with bar("comparing") as step:
            found = difference(lambda: archive.items(now=now), lambda: place.items(now=now, step=step))
        name = place.name
    for what, keys in (
        ("only in the file", found.only_left),
        ("only in the store", found.only_right),
        ("different", found.unlike),
    ):
        show_keys(desk, what, keys, as_json=as_json)
    if found:
        desk.terminal.say((f"{len(found)} items differ", "red"), f" between {source} and {name}")
        raise click.exceptions.Exit(FAILED)
    desk.terminal.say((f"{name} holds the {archive.seal.items} items of {source}, and nothing else", "green"))
