"""`tallyhook secrets rotate`: another secret in the place of one that is in use, and nothing refused meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from chalicelib.errors import UserError
from cli.move import confirm
from cli.parameter import json_option, yes_option
from cli.secrets.catalogue import secret
from cli.secrets.giving import ask_for, make_up, remembered
from cli.secrets.report import report
from cli.secrets.rotation import OLD_MS, Rotation, Step
from cli.secrets.setting import OUT
from cli.secrets.value import check_single

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.desk import Desk
    from cli.secrets.catalogue import Secret
    from cli.secrets.rotation import State


@click.command(short_help="Replace a secret that is in use, and refuse nothing meanwhile.")
@click.argument("name")
@OUT
@click.option("--finish", is_flag=True, help="Drop the old secret, now that nothing is signed with it any more.")
@click.option("--undo", is_flag=True, help="Go back to the old secret.")
@yes_option
@json_option
@click.pass_obj
def rotate(desk: Desk, *, name: str, out: Path | None, finish: bool, undo: bool, yes: bool, as_json: bool) -> None:
    """Replace the secret in NAME in two steps: both count from the first, only the new one from --finish.

    The first puts the new secret beside the current one (typed at a hidden prompt, piped to stdin, or made up with
    --out), waits six minutes until every function has read it, puts it first, and says what to change at the other
    side. It can be stopped at any moment and goes on where it was when it is run again. In between, take the time you
    need: both are accepted, and letters are signed with both.
    """
    if finish + undo + (out is not None) > 1:
        raise click.UsageError("take one of --out, --finish and --undo")
    office = desk.office()
    target = secret(name, office.routing)
    if not target.kind.is_list:
        raise click.UsageError(f"{name} is {target.kind.value}: `secrets set {name}` replaces it")
    rotation = Rotation(name, office.parameters, office.clock, desk.terminal.say)
    seen = rotation.state()
    _bar(seen, target, finish=finish, undo=undo, desk=desk)
    with _told(f"{_command(desk)} rotate {name}{' --finish' * finish}{' --undo' * undo}", desk=desk):
        if finish:
            _finish(rotation, seen, target, desk=desk, yes=yes)
        elif undo:
            _undo(rotation, seen, target, desk=desk, yes=yes)
        else:
            _begin(rotation, seen, target, desk=desk, out=out, yes=yes)
    report(target, desk=desk, office=office, as_json=as_json)


def _bar(seen: State, target: Secret, *, finish: bool, undo: bool, desk: Desk) -> None:
    """Raise what stands in the way, before anything is asked."""
    name = target.name
    if seen.step is Step.MISSING:
        raise UserError(f"{name} is not set, so there is nothing to rotate: `{_command(desk)} set {name}`")
    if seen.step is Step.UNKNOWN:
        count = len(seen.secrets)
        raise UserError(
            f"{name} holds {count} secrets that no rotation put there, so which of them is the old one is yours to "
            f"say: `{_command(desk)} set {name}` replaces the whole list"
        )
    if finish and seen.step is Step.ADDED:
        raise UserError(f"not every function knows the new secret yet: `{_command(desk)} rotate {name}` goes on first")
    if (finish or undo) and seen.step is Step.SETTLED:
        raise UserError(f"{name} holds one secret: no rotation of it is under way")


def _begin(rotation: Rotation, seen: State, target: Secret, *, desk: Desk, out: Path | None, yes: bool) -> None:
    if seen.step is Step.SETTLED:
        desk.terminal.say((target.name, "bold"), ": another secret comes beside the one that there is; both count")
        new = None if out is not None else check_single(ask_for("the new secret", desk=desk), target.kind)
        if not yes:
            confirm(desk)
        with remembered(out, desk=desk):
            both = rotation.add(seen, make_up(target.kind, out) if out is not None else new or "")
    else:
        both = seen.secrets
        spare = "" if out is None else f"; {out} is not written, since the new secret is there already"
        desk.terminal.say(f"a rotation of {target.name} is under way, and goes on{spare}")
    desk.terminal.say(f"functions believe what they read for a while: {OLD_MS // 60_000} minutes are waited in all")
    rotation.lead(both)
    desk.terminal.say(("every function takes both secrets, the new one first", "green"))
    if target.change:
        where = "" if out is None or seen.step is not Step.SETTLED else f" (it is in {out}; delete that afterwards)"
        desk.terminal.say((f"change it now {target.change}{where}", "bold"))
        desk.terminal.say(f"once that works: {_command(desk)} rotate {target.name} --finish")
    else:
        desk.terminal.say("new links and sessions are signed with it; nothing else has to be changed")
        desk.terminal.say(f"to end those of before: {_command(desk)} rotate {target.name} --finish")


def _finish(rotation: Rotation, seen: State, target: Secret, *, desk: Desk, yes: bool) -> None:
    refused = f"until it is changed {target.change}, all from there is refused" if target.change else _ENDS
    desk.terminal.say((target.name, "bold"), f": the old secret counts no more; {refused}")
    if not yes:
        confirm(desk)
    rotation.finish(seen)
    desk.terminal.say("the old secret is gone; within five minutes every function refuses it")


def _undo(rotation: Rotation, seen: State, target: Secret, *, desk: Desk, yes: bool) -> None:
    if seen.step is Step.ADDED:
        plan, after = "the new secret, which was in use nowhere, is dropped", "only the old secret counts"
    else:
        plan = "the secret that was there before goes first again; both still count"
        where = target.change or "wherever it was changed"
        after = f"change it back {where}; then `{_command(desk)} rotate {target.name} --finish`"
    desk.terminal.say((target.name, "bold"), f": {plan}")
    if not yes:
        confirm(desk)
    rotation.undo(seen)
    desk.terminal.say(after)


@contextmanager
def _told(again: str, *, desk: Desk) -> Iterator[None]:
    """Say, if Ctrl-C comes inside, that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        desk.terminal.say(f"stopped; nothing is refused meanwhile: `{again}` goes on where it was")
        raise


def _command(desk: Desk) -> str:
    return f"tallyhook --stage {desk.stage} secrets"


_ENDS = "every link and session that was made before ends"
