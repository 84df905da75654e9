"""`tallyhook export`: the whole store as a file of lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chalicelib import __version__
from chalicelib.errors import UserError
from chalicelib.settings import ACCOUNT
from cli.archive.file import write
from cli.archive.line import Header
from cli.archive.place import file_option, placed
from cli.archive.progress import bar

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Write the whole store into a file.")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--move", is_flag=True, help="Have this store post nothing any more: another one takes its place.")
@file_option
@click.pass_obj
def export(desk: Desk, *, target: Path, move: bool, store: Path | None) -> None:
    """Write everything that the store holds into FILE, one JSON line an item, for `tallyhook import`.

    FILE must not exist yet, appears when it is complete, and can be read by its owner only: it holds names,
    addresses and what people wrote. The export of an SQLite store is of one moment, although it is served. What is
    posted after that is not in it, so an import has Noko asked for it before anything is posted.
    """
    with placed(desk, store) as place:
        owner = place.stamped()
        if owner is None:
            raise UserError(f"{place.name} was never used: there is nothing to export")
        now = place.clock.now()
        if move:
            place.throttle.enter_restore(now, now=now)
        behind_since = place.throttle.state().restored_to
        as_of = now if behind_since is None else min(now, behind_since)
        header = Header(ACCOUNT, owner, as_of, now, place.name, __version__)
        with bar("exporting") as step:
            seal = write(target, header, place.items(now=now, step=step))
        desk.terminal.say((f"{seal.items} items of {place.name} are in {target}", "bold"))
        if move:
            desk.terminal.say("this store posts nothing any more; `tallyhook restore` would take that back")
        elif place.is_served:
            desk.terminal.say("this store goes on working: what it takes in from now on is not in the file")
