"""Change several of Noko's things, and know of each what became of it, also after an error or Ctrl-C.

A bulk call answers the same whatever happened, so Noko is asked afterwards; what it ignored is tried singly, which
says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.errors import NokoError, TallyhookError, Uncertain
from chalicelib.noko.answer import Accepted
from chalicelib.noko.check import PORTION
from chalicelib.noko.error_code import ErrorCode, codes
from cli.failure import FAILED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from chalicelib.noko.answer import Portion, Reply
    from cli.noko.progress import Step

INTERRUPTED = "interrupted; nobody knows whether Noko did it: look before you do it again"
NOT_READ_BACK = "Noko took it, and was not asked any more what it did with it"


class What(StrEnum):
    """What became of one thing."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one thing, and why; `exit_code` is that of the error."""

    what: What
    reason: str | None = None
    exit_code: int = FAILED


@dataclass(frozen=True, slots=True)
class Change:
    """A change, by the ids of what it changes.

    `one` does it to one thing, `many` to portions of many, None where Noko has no such call. `is_done` asks Noko
    about one; `seen` about many at once, and may leave some out. `gone` tells that what is not there any more is done.
    """

    one: Callable[[int], Reply]
    is_done: Callable[[int], bool]
    many: Callable[[Sequence[int]], Iterator[Portion]] | None = None
    seen: Callable[[Sequence[int]], Mapping[int, bool]] = lambda _: {}
    gone: bool = False


@dataclass(slots=True)
class Run:
    """What became of each id so far, in their order; those without a fate were not tried."""

    ids: tuple[int, ...]
    fates: dict[int, Fate] = field(default_factory=dict)
    interrupted: bool = False
    _under_way: tuple[int, ...] = ()
    _taken: tuple[int, ...] = ()

    def carry_out(self, change: Change, step: Step) -> None:
        """Do it to all, or until nothing more can be done; raises nothing that was expected."""
        error: TallyhookError | None = None
        try:
            if change.many is None or len(self.ids) == 1:
                error = self._singly(self.ids, change, step)
            else:
                error = self._in_portions(change, step)
                self._read_back([each for each in self._taken if each not in self.fates], change)
        except KeyboardInterrupt:
            self.interrupted = True
            self._settle(self._under_way, Fate(What.UNKNOWN, INTERRUPTED))
            self._settle(self._taken, Fate(What.UNKNOWN, NOT_READ_BACK))
        why = f": {error}" if error is not None else ""
        self._settle(self.ids, Fate(What.NOT_TRIED, f"not tried any more{why}", error.exit_code if error else FAILED))

    def _settle(self, ids: Sequence[int], fate: Fate) -> None:
        for each in ids:
            self.fates.setdefault(each, fate)

    def _singly(self, ids: Sequence[int], change: Change, step: Step) -> TallyhookError | None:
        """Do it one by one; return what keeps the rest from being done, too."""
        for each in ids:
            self._under_way = (each,)
            try:
                fate = _one(each, change)
            except TallyhookError as error:
                self._settle([each], Fate(What.FAILED, str(error), error.exit_code))
                return error
            self._settle([each], fate)
            step(1)
        return None

    def _in_portions(self, change: Change, step: Step) -> TallyhookError | None:
        """Do it a portion at a time; return what keeps the rest from being done, too."""
        assert change.many is not None
        portions = change.many(self.ids)
        while len(self._taken) < len(self.ids):
            start = len(self._taken)
            self._under_way = self.ids[start : start + PORTION]
            try:
                portion = next(portions)
            except Uncertain as error:
                self._taken += self._under_way
                return error
            except TallyhookError as error:
                self._settle(self._under_way, Fate(What.FAILED, str(error), error.exit_code))
                return error
            self._taken += portion.ids
            self._under_way = ()
            if isinstance(portion.reply, Accepted):
                self._settle(portion.ids, Fate(What.DONE, portion.reply.message))
            step(len(portion.ids))
        return None

    def _read_back(self, sent: Sequence[int], change: Change) -> None:
        """Ask what became of those that were sent, and of those that Noko ignored, why."""
        self._under_way = ()
        if not sent:
            return
        try:
            seen = change.seen(sent)
            self._settle([each for each in sent if seen.get(each)], Fate(What.DONE))
            late = [each for each in sent if each not in seen and change.is_done(each)]
        except TallyhookError as error:
            reason = f"Noko took it, but does not tell what it did: {error}"
            self._settle(sent, Fate(What.UNKNOWN, reason, error.exit_code))
            return
        self._settle(late, Fate(What.DONE))
        stop = self._singly([each for each in sent if each not in self.fates], change, lambda _count: None)
        if stop is not None:
            self._settle(sent, Fate(What.FAILED, f"Noko ignored it, and cannot be asked why: {stop}", stop.exit_code))


def _one(number: int, change: Change) -> Fate:
    """Do it to one thing; raises what would keep the next ones from being done too."""
    try:
        reply = change.one(number)
    except Uncertain as error:
        return Fate(What.DONE) if _turned_out_well(number, change) else Fate(What.UNKNOWN, str(error))
    except NokoError as error:
        if error.status == 404 and change.gone:
            return Fate(What.DONE)
        if ErrorCode.ALREADY_APPROVED in codes(error.status, error.message, error.errors):
            return Fate(What.UNCHANGED, f"is so already: {error}")
        return Fate(What.FAILED, str(error), error.exit_code)
    return Fate(What.DONE, reply.message if isinstance(reply, Accepted) else None)


def _turned_out_well(number: int, change: Change) -> bool:
    try:
        return change.is_done(number)
    except TallyhookError:
        return False
