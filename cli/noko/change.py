"""Change entries that Noko holds: look them up, show the plan, ask, do it, read back, and tell what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from chalicelib.errors import NokoError, UserError
from chalicelib.noko.entries import Entries
from chalicelib.noko.filter import EntryFilter
from chalicelib.services.approving_by_hand import check_open
from cli.move import confirm
from cli.noko import text
from cli.noko.bulk import Change, Fate, Run, What
from cli.noko.gather import gather
from cli.noko.holder import doubts, holders
from cli.noko.progress import progress
from cli.noko.report import exit_code, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from chalicelib.noko.answer import Portion, Reply
    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ports
    from cli.desk import Desk

SHOWN = 20
"""How many entries of a plan are listed."""
FEW = 4
"""Up to how many entries are read back singly, which costs as many calls as they are."""
MARGIN_MS = 300_000
"""How far Noko's clock may be off ours when it is asked what was changed since."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a command wants to be answered: without a question, as JSON, without doing anything."""

    yes: bool
    as_json: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One of the commands that change entries.

    `verb` and `done` are its words ("approve", "approved"). `reached` tells of an entry whether it is so already,
    None for one that is gone. `one` and `many` are Noko's calls. `warning` follows "Tallyhook logged it as …" where
    that is said.
    """

    verb: str
    done: str
    reached: Callable[[NokoEntry | None], bool]
    one: Callable[[int], Reply]
    many: Callable[[Sequence[int]], Iterator[Portion]] | None = None
    warning: str | None = None


def carry_out(change: EntryChange, ids: Sequence[int], *, ports: Ports, desk: Desk, asking: Asking) -> None:
    """Do `change` to the entries of `ids`, after asking; end the command with its exit code.

    Raises Paused in restore mode, too: then the ledger does not know which entries are its own.
    """
    check_open(ports=ports)
    entries, started = Entries(ports.noko), ports.clock.now()
    gathered = gather(tuple(dict.fromkeys(ids)), entries)
    found = {number: each for number, each in gathered.items() if not isinstance(each, UserError)}
    fates = _settled(change, gathered, ports)
    ready = tuple(number for number in found if number not in fates)
    labels = {number: text.work(entry) for number, entry in found.items()}
    interrupted = False
    if ready:
        _show_plan(change, [found[number] for number in ready], ports=ports, desk=desk)
        if asking.dry_run:
            fates |= dict.fromkeys(ready, Fate(What.DONE))
        else:
            if not asking.yes:
                confirm(desk)
            run = Run(ready)
            with progress(change.verb, len(ready)) as step:
                run.carry_out(_calls(change, entries, since=started - MARGIN_MS), step)
            fates |= run.fates
            interrupted = run.interrupted
    ordered = {number: fates[number] for number in gathered}
    report(ordered, done=change.done, labels=labels, desk=desk, as_json=asking.as_json, would=asking.dry_run)
    if interrupted:
        _say_what_was_done(ordered, change.done, desk)
    raise click.exceptions.Exit(exit_code(ordered, interrupted=interrupted))


def _settled(change: EntryChange, gathered: Mapping[int, NokoEntry | UserError], ports: Ports) -> dict[int, Fate]:
    """Return what there is to say of those that are not to be changed."""
    fates = {
        number: Fate(What.FAILED, str(each), each.exit_code)
        for number, each in gathered.items()
        if isinstance(each, UserError)
    }
    found = [each for each in gathered.values() if not isinstance(each, UserError)]
    for entry in found:
        if change.reached(entry):
            fates[entry.id] = Fate(What.UNCHANGED, f"is {change.done} already: nothing to do")
    for number, reason in doubts(found, ledger=ports.ledger).items():
        fates.setdefault(number, Fate(What.FAILED, reason))
    return fates


def _show_plan(change: EntryChange, ready: Sequence[NokoEntry], *, ports: Ports, desk: Desk) -> None:
    count = "1 entry" if len(ready) == 1 else f"{len(ready)} entries"
    desk.terminal.say((f"{count}, {sum(entry.minutes or 0 for entry in ready)} min in all: ", "bold"), change.verb)
    for entry in ready[:SHOWN]:
        desk.terminal.say(f"  {entry.id}  {text.line(entry)}")
    if len(ready) > SHOWN:
        desk.terminal.say(f"  and {len(ready) - SHOWN} more")
    if change.warning is not None:
        for number, holder in holders(ready, ledger=ports.ledger).items():
            desk.terminal.say((f"  mind: Tallyhook {holder}", "yellow"), f" ({number}); {change.warning}")


def _calls(change: EntryChange, entries: Entries, *, since: int) -> Change:
    def is_done(number: int) -> bool:
        try:
            return change.reached(entries.get(number))
        except NokoError as error:
            if error.status == 404:
                return change.reached(None)
            raise

    def seen(ids: Sequence[int]) -> dict[int, bool]:
        if len(ids) <= FEW:
            return {}
        changed = {entry.id: entry for entry in entries.list(EntryFilter(updated_from=since))}
        # What shows itself unchanged may be an old list: only what is done counts.
        return {number: True for number in ids if number in changed and change.reached(changed[number])}

    return Change(one=change.one, many=change.many, is_done=is_done, seen=seen, gone=change.reached(None))


def _say_what_was_done(fates: Mapping[int, Fate], done: str, desk: Desk) -> None:
    counts = {what: sum(fate.what is what for fate in fates.values()) for what in What}
    desk.terminal.say(
        f"interrupted: {counts[What.DONE]} {done}, {counts[What.UNKNOWN]} in doubt, "
        f"{counts[What.NOT_TRIED] + counts[What.FAILED]} not"
    )
