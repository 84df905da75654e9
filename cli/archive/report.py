"""What import and compare have in common: the file read to its end, whose it is, and keys to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError, UserError
from cli.archive.file import Archive
from cli.archive.progress import bar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cli.archive.digest import Key
    from cli.archive.place import Place
    from cli.desk import Desk

SHOWN = 20
"""How many keys a person gets to see; `--json` has them all."""


def verified(path: Path) -> Archive:
    """Read an export from end to end; raises UserError unless it is whole and as it was written."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    with bar("checking", size=size) as step:
        return Archive.verified(path, step=step)


def check_owner(archive: Archive, place: Place) -> None:
    """Raise ConfigurationError for an export of a store that belongs to another Noko account."""
    if archive.header.owner != place.owner:
        raise ConfigurationError(
            f"{archive.path} is of {archive.header.owner}, but {place.name} is of {place.owner}: set NOKO_BASE_URL, "
            "or name another store"
        )


def show_keys(desk: Desk, what: str, keys: Sequence[Key], *, as_json: bool) -> None:
    """Show keys, never what lies under them."""
    if as_json:
        for pk, sk in keys:
            desk.terminal.record({"what": what, "PK": pk, "SK": sk})
        return
    for pk, sk in keys[:SHOWN]:
        desk.terminal.show((what, "yellow"), f"  {pk}  {sk}")
    if len(keys) > SHOWN:
        desk.terminal.say(f"and {len(keys) - SHOWN} more")
