"""`tallyhook secrets set`: a secret that was not there, or one in the place of another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.move import confirm
from cli.parameter import json_option, yes_option
from cli.secrets.catalogue import secret
from cli.secrets.giving import ask_for, make_up, remembered
from cli.secrets.parameters import Overtaken
from cli.secrets.report import report
from cli.secrets.rotation import Step, note
from cli.secrets.value import SHORT, check

if TYPE_CHECKING:
    from cli.desk import Desk
    from cli.secrets.catalogue import Secret
    from cli.secrets.parameters import Held

OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Make the secret up, and keep it in FILE, which must not be there yet and which only you can read.",
)


@click.command("set", short_help="Set a secret; its value comes from a hidden prompt or from stdin.")
@click.argument("name")
@OUT
@yes_option
@json_option
@click.pass_obj
def set_secret(desk: Desk, *, name: str, out: Path | None, yes: bool, as_json: bool) -> None:
    """Set the secret NAME, one of `tallyhook secrets list`.

    It is typed twice at a hidden prompt, or piped to stdin; it is no argument, because others can see those. With
    --out it is made up. Where NAME may hold several, separate them with commas, the current one first: the whole list
    is replaced. To change a secret that is in use, `tallyhook secrets rotate` refuses nothing meanwhile.
    """
    office = desk.office()
    target = secret(name, office.routing)
    before = office.parameters.read(name)
    desk.terminal.say((name, "bold"), f", {target.kind.value}: {_plan(before, target)}")
    value = None if out is not None else ask_for(name, desk=desk)
    if value is not None:
        _warn(check(value, target.kind), target, desk=desk)
    if before is not None and not yes:
        confirm(desk)
    if out is not None:
        value = make_up(target.kind, out)
    assert value is not None
    with remembered(out, desk=desk):
        current = office.parameters.read(name)
        if _version(current) != _version(before):
            raise Overtaken(f"somebody else has set {name} in the meantime; nothing was changed")
        office.parameters.write(name, value, seen=_version(before), note=note(Step.SETTLED))
    report(target, desk=desk, office=office, as_json=as_json)
    desk.terminal.say("every function has it within five minutes; what it replaced has to stay valid for as long")
    if out is not None:
        desk.terminal.say(f"it is in {out}: enter it {target.change or 'where it is needed'}, and delete that file")


def _plan(before: Held | None, target: Secret) -> str:
    if before is None:
        return "it is not set yet"
    whole = "the whole list is replaced, and what is signed with those in it now will be refused"
    return f"version {before.version} is replaced" + (f"; {whole}" if target.kind.is_list else "")


def _warn(secrets: tuple[str, ...], target: Secret, *, desk: Desk) -> None:
    if target.kind.is_list and any(len(each) < SHORT for each in secrets):
        desk.terminal.say((f"fewer than {SHORT} characters can be guessed; --out makes up more", "yellow"))


def _version(held: Held | None) -> int:
    return 0 if held is None else held.version
