"""The rotation of a list of secrets, so that nothing signed by either side is refused at any moment.

    old ──add──▸ old,new ──lead──▸ new,old ──finish──▸ new
     ▴              │                 │
     └────undo──────┘                 └──undo──▸ old,new ──finish──▸ old

Whoever verifies takes every secret of the list; whoever signs for us (links and sessions of our own forms) takes the
first. Each function believes what it read for five minutes, so that for as long two neighbours of these steps are in
use side by side. Of two neighbours each takes what the other signs with; of two that are further apart, it does not.
So each step waits until the one before it is all there is.

Which step a list is at stands in the note of its version. A note that names another version is somebody else's hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.aws.secrets import CACHE_MS
from chalicelib.errors import UserError
from cli.secrets.parameters import Overtaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.ports import Clock
    from cli.secrets.parameters import Held, Parameters

MARGIN_MS = 60_000
"""For a reading that SSM answered from before the change, and for clocks that run apart."""
OLD_MS = CACHE_MS + MARGIN_MS
"""At this age a version is what every function uses, as long as SSM answers them."""
_MINUTE_MS = 60_000
_NOTE = re.compile(r"tallyhook: version ([0-9]{1,9}) (settled|added|leads)")


class Step(StrEnum):
    """How far a rotation is. `UNKNOWN` are several secrets of which nobody noted where they come from."""

    MISSING = "missing"
    SETTLED = "settled"
    ADDED = "added"
    LEADS = "leads"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class State:
    """What a parameter holds, and at which step. `version` is 0 without one."""

    step: Step
    secrets: tuple[str, ...] = field(repr=False)
    version: int = 0
    age_ms: int = 0

    @classmethod
    def of(cls, held: Held | None) -> State:
        """Read it from a parameter."""
        if held is None:
            return cls(Step.MISSING, ())
        secrets = tuple(secret.strip() for secret in held.value.split(",") if secret.strip())
        match = _NOTE.fullmatch(held.note)
        noted = Step(match[2]) if match and int(match[1]) == held.version else Step.UNKNOWN
        if len(secrets) == 2 and noted in {Step.ADDED, Step.LEADS}:
            return cls(noted, secrets, held.version, held.age_ms)
        step = Step.SETTLED if len(secrets) == 1 else Step.UNKNOWN if secrets else Step.MISSING
        return cls(step, secrets, held.version, held.age_ms)


def note(step: Step) -> Callable[[int], str]:
    """Return what makes the note of a version."""
    return lambda version: f"tallyhook: version {version} {step}"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Moves one list of secrets from step to step. Each raises Overtaken if somebody else moved it meanwhile."""

    name: str
    parameters: Parameters
    clock: Clock
    say: Callable[[str], None]

    def state(self) -> State:
        """Look where it is."""
        return State.of(self.parameters.read(self.name))

    def add(self, seen: State, new: str) -> tuple[str, ...]:
        """Put a new secret behind the one that there is; return both."""
        if new in seen.secrets:
            raise UserError("that is the secret that is set already: a rotation needs another one")
        self._same(seen, self.state())
        both = (*seen.secrets, new)
        self._write(seen, both, Step.ADDED)
        return both

    def lead(self, both: tuple[str, ...]) -> None:
        """Wait until every function takes both secrets, then put the new one first, unless it is first already."""
        seen = self.settle(Step.ADDED)
        if seen.step not in {Step.ADDED, Step.LEADS} or set(seen.secrets) != set(both):
            raise Overtaken(f"somebody else has changed {self.name} in the meantime: look at `secrets list`")
        if seen.step is Step.ADDED:
            self._write(seen, seen.secrets[::-1], Step.LEADS)

    def finish(self, seen: State) -> None:
        """Wait until every function signs with the first secret, then drop the other."""
        self._same(seen, self.settle(Step.LEADS))
        self._write(seen, seen.secrets[:1], Step.SETTLED)

    def undo(self, seen: State) -> None:
        """Go back: to the old secret alone if the new one was never first, else to the old one as the first."""
        back = (seen.secrets[:1], Step.SETTLED) if seen.step is Step.ADDED else (seen.secrets[::-1], Step.LEADS)
        self._same(seen, self.state())
        self._write(seen, *back)

    def settle(self, step: Step) -> State:
        """Wait for as long as the list is at `step` and functions may not know it yet; return what it is then.

        By AWS's clocks, so that one here that is wrong or set anew cuts nothing short.
        """
        state = self.state()
        while state.step is step and (left := OLD_MS - state.age_ms) > 0:
            self.say(f"  {-(-left // _MINUTE_MS)} min left until every function has read it")
            self.clock.sleep_until(self.clock.now() + min(left, _MINUTE_MS) + 999)  # AWS's dates have whole seconds
            state = self.state()
        return state

    def _same(self, seen: State, current: State) -> None:
        """Return if nobody has written since we looked: a person may take minutes to answer."""
        if current.version != seen.version:
            raise Overtaken(f"somebody else has changed {self.name} in the meantime; nothing was changed")

    def _write(self, seen: State, secrets: tuple[str, ...], step: Step) -> None:
        self.parameters.write(self.name, ",".join(secrets), seen=seen.version, note=note(step))
