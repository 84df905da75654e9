"""`tallyhook restore`: after the table was restored to an earlier time, reconcile the gap before anything is posted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from chalicelib.errors import TallyhookError
from chalicelib.services import restore as service
from chalicelib.services.recovery import What
from cli.failure import PARTLY_DONE
from cli.moment import distance, spoken
from cli.move import confirm
from cli.parameter import INSTANT, json_option, yes_option
from cli.record import short_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.services.recovery import Recovered
    from cli.desk import Desk

SAID = {
    What.LOGGED: "waited in the ledger, and logged now",
    What.PUT: "new to the ledger, and logged now",
    What.NEEDS_ATTENTION: "for a person to look at",
    What.DOUBLED: "doubled in Noko",
    What.UNCLAIMED: "without a key in the ledger",
}
"""What each sort of thing found is called, after a number."""
_FOR_A_PERSON = (What.NEEDS_ATTENTION, What.DOUBLED, What.UNCLAIMED)


@click.command(short_help="Reconcile with Noko after the table was restored to an earlier time.")
@click.option("--to", "instant", type=INSTANT, metavar="INSTANT", help="When the table was restored to.")
@yes_option
@json_option
@click.pass_obj
def restore(desk: Desk, *, instant: int | None, yes: bool, as_json: bool) -> None:
    """Ask Noko what the restored table has forgotten, and post nothing until that is written down.

    Run it before any worker runs on the restored table. INSTANT is the time that the table was restored to, written
    like 2026-06-30T12:00:00Z; where it is not certain, name an earlier one. After an import, or with a file made by
    `tallyhook backup` in place, it is known and need not be named. From the first moment on nothing is
    posted; when the gap is reconciled, posting goes on by itself. If it breaks off, posting stays off: run the same
    again. Exit code 5 means that a person has to look at something.
    """
    ports = desk.site().ports
    now = ports.clock.now()
    instant = instant if instant is not None else ports.throttle.state().restored_to
    if instant is None:
        raise click.UsageError("the store does not say to what time it was put back: name it with --to")
    said = f"the table was restored to {spoken(instant)} ({distance(instant, now=now)})"
    desk.terminal.say((f"{said}: ", "bold"), "nothing is posted until Noko was asked what was logged since")
    if not yes:
        confirm(desk)
    quiet = service.begin(instant, ports=ports)
    desk.terminal.say(f"restore mode is on; until {spoken(quiet)} something sent earlier may still arrive in Noko")
    try:
        found = service.fill_gap(ports=ports)
    except TallyhookError:
        desk.terminal.say(("restore mode stays on, and nothing is posted: ", "red"), "run the same again")
        raise
    _show(desk, found, as_json=as_json)
    if any(each.what in _FOR_A_PERSON for each in found):
        raise click.exceptions.Exit(PARTLY_DONE)


def _show(desk: Desk, found: Sequence[Recovered], *, as_json: bool) -> None:
    for each in found:
        if as_json or not desk.terminal.can_draw:
            record = {"what": each.what.value, "key": each.key, "noko_id": each.noko_id, "says": each.says}
            desk.terminal.record(record)
        else:
            style = "yellow" if each.what in _FOR_A_PERSON else "green"
            key = short_key(each.key) if each.key else "no key"
            desk.terminal.show((each.what.value, style), f"  {key}  Noko's entry {each.noko_id}: {each.says}")
    counts = Counter(each.what for each in found)
    told = ", ".join(f"{counts[what]} {SAID[what]}" for what in What if counts[what])
    desk.terminal.say(f"restore mode is over, and posting goes on: {told or 'the ledger lacked nothing'}")
