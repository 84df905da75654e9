"""Move entries on because a person says so: show the plan, ask, do it, and tell what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from chalicelib.domain.lifecycle import commands_for
from chalicelib.errors import TallyhookError, Unavailable, UserError
from cli.failure import FAILED, PARTLY_DONE
from cli.key import entry_key
from cli.record import minutes, record, short_key
from cli.style import status_piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Ledger
    from cli.desk import Desk

    Lookup = Entry | tuple[str, UserError]
    """An entry; or the word that should mean one, and why it does not."""

SHOWN = 20
"""How many entries of a plan are listed."""


@dataclass(frozen=True, slots=True)
class Move:
    """One of the commands with which a person moves entries.

    `verb` is its name in the lifecycle's table; `plan` says what will happen, to follow "3 entries"; `act` does
    it to the entry of a key and returns what the ledger then holds, or raises. `bar` says why one entry cannot
    be moved although its status permits it, or None.
    """

    verb: str
    plan: str
    act: Callable[[str], Entry]
    bar: Callable[[Entry], str | None] = lambda _: None


@dataclass(slots=True)
class _Tally:
    """What became of each: entries as they are now, and errors by key."""

    moved: list[Entry] = field(default_factory=list)
    failed: list[tuple[str, TallyhookError]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        if not self.failed:
            return 0
        return PARTLY_DONE if self.moved else self.failed[0][1].exit_code


@dataclass(frozen=True, slots=True)
class Asking:
    """How a command wants to be answered: without a question, as JSON."""

    yes: bool
    as_json: bool


def named(words: Iterable[str], *, ledger: Ledger) -> Iterator[Lookup]:
    """Look up what words mean: an entry, or the word and why there is none. Raises click.UsageError."""
    for word in words:
        try:
            key = entry_key(word, ledger=ledger)
        except UserError as error:
            yield word, error
            continue
        entry = ledger.entry(key)
        yield entry or (word, UserError(f"the ledger has no entry {key}; `tallyhook entry {word}` looks further"))


def carry_out(move: Move, found: Iterable[Lookup], *, desk: Desk, asking: Asking) -> None:
    """Do `move` to what was found, after asking; end the command with its exit code.

    Nothing that worked is undone because something else did not.
    """
    tally = _Tally()
    ready = _sorted_out(move, found, tally)
    if ready:
        _show_plan(move, ready, desk=desk)
        if not asking.yes:
            confirm(desk)
    elif not tally.failed:
        desk.terminal.say(f"nothing to {move.verb}")
    _act(move, ready, tally)
    _report(tally, desk=desk, as_json=asking.as_json)
    raise click.exceptions.Exit(tally.exit_code)


def _sorted_out(move: Move, found: Iterable[Lookup], tally: _Tally) -> list[Entry]:
    """Return the entries that can be moved, each once; put the others into the tally."""
    ready: dict[str, Entry] = {}
    for each in found:
        if isinstance(each, tuple):
            tally.failed.append(each)
            continue
        reason = _status_bar(move, each) or move.bar(each)
        if reason is None:
            ready[each.key] = each
        else:
            tally.failed.append((each.key, UserError(f"{each.key} {reason}")))
    return list(ready.values())


def _status_bar(move: Move, entry: Entry) -> str | None:
    ways = commands_for(entry.status)
    if move.verb in ways:
        return None
    return f"is {entry.status}, and there is no {move.verb} for it; what there is: {', '.join(ways) or 'nothing'}"


def _show_plan(move: Move, ready: list[Entry], *, desk: Desk) -> None:
    count = "1 entry" if len(ready) == 1 else f"{len(ready)} entries"
    desk.terminal.say((f"{count}, {sum(map(minutes, ready))} min in all: ", "bold"), move.plan)
    for entry in ready[:SHOWN]:
        what = f"  {minutes(entry):>4} min  {entry.draft.date.isoformat()}  {entry.draft.description}"
        desk.terminal.say("  ", short_key(entry.key), "  ", status_piece(entry.status), what)
    if len(ready) > SHOWN:
        desk.terminal.say(f"  and {len(ready) - SHOWN} more")


def confirm(desk: Desk) -> None:
    """Ask whether to do what was shown; end the command unless the answer is a yes."""
    if not desk.terminal.can_ask:
        raise click.UsageError("nothing was changed: there is no terminal to ask at; add --yes to do it unasked")
    if not desk.terminal.ask("Do it?"):
        desk.terminal.say("nothing was changed")
        raise click.exceptions.Exit(FAILED)


def _act(move: Move, ready: list[Entry], tally: _Tally) -> None:
    for number, entry in enumerate(ready):
        try:
            tally.moved.append(move.act(entry.key))
        except Unavailable as error:  # the rest would fare no better
            tally.failed += [(each.key, error) for each in ready[number:]]
            return
        except TallyhookError as error:
            tally.failed.append((entry.key, error))


def _report(tally: _Tally, *, desk: Desk, as_json: bool) -> None:
    for entry in tally.moved:
        if as_json:
            desk.terminal.record(record(entry))
        else:
            desk.terminal.show(entry.key, "  ", status_piece(entry.status), f"  {entry.draft.description}")
    for key, error in tally.failed:
        if as_json:
            desk.terminal.record({"key": key, "error": str(error)})
        desk.terminal.say((f"{short_key(key)} stays as it is: ", "red"), str(error))
