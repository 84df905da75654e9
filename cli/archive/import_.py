"""`tallyhook import`: put what an export holds into a store, and post nothing before Noko was asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.archive.place import file_option, placed
from cli.archive.pouring import Present, pour
from cli.archive.progress import bar
from cli.archive.report import check_owner, show_keys, verified
from cli.failure import PARTLY_DONE
from cli.moment import distance, iso, spoken
from cli.move import confirm
from cli.parameter import json_option, yes_option

if TYPE_CHECKING:
    from cli.archive.file import Archive
    from cli.archive.place import Place
    from cli.archive.pouring import Poured
    from cli.desk import Desk


@click.command("import", short_help="Put what a file made by `export` holds into the store.")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@file_option
@yes_option
@json_option
@click.pass_obj
def import_(desk: Desk, *, source: Path, store: Path | None, yes: bool, as_json: bool) -> None:
    """Put everything that FILE, made by `tallyhook export`, holds into the store, and overwrite nothing.

    FILE is read to its end first; one that is cut off or was changed is refused. Whatever breaks the import off, the
    same again goes on. What is there already, and differently, stays as it is and is listed: exit code 5. From the
    first item on the store posts nothing, until `tallyhook restore` has asked Noko what the export does not know.
    """
    archive = verified(source)
    with placed(desk, store, is_made=True) as place:
        check_owner(archive, place)
        place.claim()
        now = place.clock.now()
        with bar("looking at what is there") as step:
            present = Present(place.items(now=now, step=step))
        missing = sum(item not in present for item in archive.items(now=now))
        _say_plan(desk, archive, place, missing=missing, present=len(present))
        if not missing:
            return
        if not yes:
            confirm(desk)
        place.throttle.mark_copy(archive.header.as_of)
        with bar("importing", size=archive.size) as step:
            poured = pour(archive.items(now=now, step=step), place.table, present=present)
        if poured.since is not None:  # Noko is to be asked for these as well
            place.throttle.mark_copy(poured.since)
        restored_to = place.throttle.state().restored_to
    show_keys(desk, "different", poured.unlike, as_json=as_json)
    _say_outcome(desk, poured, restored_to)
    if poured.unlike:
        raise click.exceptions.Exit(PARTLY_DONE)


def _say_plan(desk: Desk, archive: Archive, place: Place, *, missing: int, present: int) -> None:
    header = archive.header
    taken = f"{spoken(header.taken_at)} ({distance(header.taken_at, now=place.clock.now())})"
    desk.terminal.say(f"{archive.path}: {archive.seal.items} items of {header.source}, exported {taken}")
    if not missing:
        desk.terminal.say(f"{place.name} holds all of them: nothing to do")
        return
    desk.terminal.say((f"{missing} of them are to be put into {place.name}", "bold"), f", which holds {present} items")
    desk.terminal.say("from then on it posts nothing until `tallyhook restore` has asked Noko")


def _say_outcome(desk: Desk, poured: Poured, restored_to: int | None) -> None:
    desk.terminal.say((f"{poured.put} items put, {poured.there} were there", "bold"))
    if poured.unlike:
        words = f"{len(poured.unlike)} are there differently, and stay as they are"
        desk.terminal.say((words, "red"), ": this store has worked on them already")
    since = "" if restored_to is None else f", as of {iso(restored_to)}"
    desk.terminal.say(
        f"restore mode is on{since}: run `tallyhook compare`, then `tallyhook restore`; until then nothing is posted"
    )
