"""`tallyhook backup`: a copy of the SQLite store, made while it is served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from cli.archive.file import made_whole
from cli.archive.place import file_option, placed
from cli.moment import iso
from standalone.snapshot import copy
from standalone.table import SqliteTable

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Copy the SQLite store into a file, while it is served.")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@file_option
@click.pass_obj
def backup(desk: Desk, *, target: Path, store: Path | None) -> None:
    """Copy the SQLite store into FILE as of one moment, while it is served, and check the copy.

    FILE must not exist yet, appears when it is complete, and can be read by its owner only. Put in the place of the
    store, it posts nothing until `tallyhook restore` has asked Noko what came since.
    """
    with placed(desk, store) as place:
        if not isinstance(place.table, SqliteTable):
            raise UserError(f"{place.name} is no file: DynamoDB is restored by point-in-time recovery; try `export`")
        now = place.clock.now()
        with made_whole(target) as part:
            copy(place.table.database, part, now=now)
    desk.terminal.say((f"{target} is {place.name} as of {iso(now)}", "bold"), ", and sound")
