"""Tell what became of each thing that was to be changed, and end with the exit code that fits all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.failure import FAILED, INTERRUPTED, PARTLY_DONE
from cli.noko.bulk import What

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.desk import Desk
    from cli.noko.bulk import Fate

_GOOD = frozenset({What.DONE, What.UNCHANGED})
_HEADS = {What.FAILED: "stays as it is", What.UNKNOWN: "is in doubt"}


def report(
    fates: Mapping[int, Fate], *, done: str, labels: Mapping[int, str], desk: Desk, as_json: bool, would: bool = False
) -> None:
    """Print a result for each id and words about those that are not `done`, a participle such as "approved".

    `would` says that all of it was only looked at.
    """
    for number, fate in fates.items():
        label = labels.get(number, "")
        if as_json:
            result = f"would be {done}" if would else done
            told = result if fate.what is What.DONE else fate.what.value
            desk.terminal.record({"id": number, "result": told, "reason": fate.reason})
        elif fate.what is What.DONE:
            because = f" ({fate.reason})" if fate.reason else ""
            desk.terminal.show(f"{number}  ", (f"would be {done}" if would else done, "green"), f"{because}  {label}")
        if fate.what is What.UNCHANGED:
            desk.terminal.say(f"{number} {fate.reason}")
        elif fate.what in _HEADS:
            desk.terminal.say((f"{number} {_HEADS[fate.what]}: ", "red"), fate.reason or "")
    _say_what_was_not_tried(fates, desk)


def _say_what_was_not_tried(fates: Mapping[int, Fate], desk: Desk) -> None:
    """Say it once for all, with their ids to be copied: the reason is the same."""
    left = {number: fate for number, fate in fates.items() if fate.what is What.NOT_TRIED}
    for reason in dict.fromkeys(fate.reason for fate in left.values()):
        ids = " ".join(str(number) for number, fate in left.items() if fate.reason == reason)
        desk.terminal.say((f"{reason}: ", "red"), ids)


def exit_code(fates: Mapping[int, Fate], *, interrupted: bool = False) -> int:
    """Return 0 when all is as it should be, 5 when some is, else the code of the first error."""
    if interrupted:
        return INTERRUPTED
    bad = [fate for fate in fates.values() if fate.what not in _GOOD]
    if not bad:
        return 0
    return PARTLY_DONE if len(bad) < len(fates) else bad[0].exit_code or FAILED
