"""Since when each policy is known, and which run of it was the last: so nothing is made up for that was never due.

A policy that is new, or whose `when` or time zone has changed, counts from the moment in which that is seen. One that
the routing file has no more is forgotten.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from chalicelib.domain.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.domain.routing_table import Approval


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a policy. Instants are milliseconds; `last` is when the run that was begun last was due.

    `passed_over` counts the times due before that one for which there was no run.
    """

    when: str
    timezone: str
    since: int
    last: int | None = None
    passed_over: int = 0

    @property
    def schedule(self) -> Schedule:
        """When it is due."""
        return Schedule.parse(self.when, self.timezone)

    def due(self, *, now: int) -> int | None:
        """Return when the run was due that is to be begun now; None if there is none. Of several, the latest."""
        due = self.schedule.latest(until=now)
        return due if due >= self.since and (self.last is None or due > self.last) else None

    def begin(self, due: int) -> Known:
        """Return what is known once the run of that instant is the last one."""
        before = self.since - 1 if self.last is None else max(self.last, self.since - 1)
        missed = sum(1 for _ in takewhile(lambda each: each < due, self.schedule.after(before)))
        return replace(self, last=due, passed_over=missed)


Agenda = dict[str, Known]


def renewed(agenda: Mapping[str, Known], policies: Iterable[Approval], *, timezone: str, now: int) -> Agenda:
    """Return the agenda for the policies of now."""
    fresh = {}
    for policy in policies:
        known = agenda.get(policy.name)
        if known is None:
            known = Known(policy.when, timezone, now)
        elif (known.when, known.timezone) != (policy.when, timezone):
            known = replace(known, when=policy.when, timezone=timezone, since=now)
        fresh[policy.name] = known
    return fresh


def to_text(agenda: Mapping[str, Known]) -> str:
    """Write an agenda down."""
    return json.dumps({name: asdict(known) for name, known in agenda.items()})


def from_text(text: str) -> Agenda:
    """Read what `to_text` wrote; of nothing, an empty one."""
    return {name: Known(**known) for name, known in json.loads(text or "{}").items()}
