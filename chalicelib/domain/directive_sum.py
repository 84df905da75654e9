"""What the directives of one message amount to: those of one kind add up, and the kinds must agree."""

from __future__ import annotations

from chalicelib.domain.directive_candidate import Amount, Candidate, Fault, Kind
from chalicelib.domain.duration import Limits, Unreadable, within

MOST = 20
"""How many directives one message may hold."""


def total(candidates: list[Candidate], limits: Limits) -> Amount | Fault:
    """Return the minutes of all `candidates` and the one date they name, or what is wrong with the first that is.

    There must be at least one. Anything wrong is wrong with all: a sum is never half right.
    """
    if len(candidates) > MOST:
        return Fault(candidates[MOST].piece, f"more than {MOST} directives")
    sums: dict[Kind, int] = {}
    date = None
    for candidate in candidates:
        says = candidate.says
        if isinstance(says, Unreadable):
            return Fault(candidate.piece, says.reason)
        if None not in {date, says.date} and date != says.date:
            return Fault(candidate.piece, f"two dates disagree: {date} and {says.date}")
        date = says.date or date
        sums[candidate.kind] = sums.get(candidate.kind, 0) + says.minutes
    pieces = ", ".join(candidate.piece for candidate in candidates)
    minutes = next(iter(sums.values()))
    if set(sums.values()) != {minutes}:
        each = ", ".join(f"{kind} {sums[kind]}m" for kind in Kind if kind in sums)
        number = {2: "two", 3: "three", 4: "four"}[len(sums)]
        return Fault(pieces, f"{number} ways of writing time disagree: {each}")
    allowed = within(minutes, limits)
    return Fault(pieces, allowed.reason) if isinstance(allowed, Unreadable) else Amount(allowed, date)
