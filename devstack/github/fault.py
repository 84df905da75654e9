"""Faults on request: what shall go wrong, with which calls, how often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threading import RLock


class Kind(StrEnum):
    """What goes wrong. "After" means that the work was done, "before" that it was not."""

    DROP_BEFORE = "drop_before"  # the connection closes; no work
    DROP_AFTER = "drop_after"  # the connection closes; the work was done
    STATUS_BEFORE = "status_before"  # an error status; no work
    STATUS_AFTER = "status_after"  # an error status; the work was done
    SLOW = "slow"  # answered `ms` later
    GARBAGE = "garbage"  # the true status, with a body that is no JSON
    CUT = "cut"  # the answer breaks off in the middle of its body
    REDIRECT = "redirect"  # `status` 301, 302 or 307 to `location`; no work
    SECONDARY = "secondary"  # the secondary rate limit: `status` 403 or 429; no work


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule. It acts on the next `times` matching calls after the first `skip` of them; None is for good.

    `path` is a pattern with `*` for the whole path, as in `/repos/*/statuses/*`. `status` is that of STATUS_*
    (502), REDIRECT (301) and SECONDARY (403), `ms` that of SLOW. `retry_after` is the header of SECONDARY in
    seconds; None leaves it out, as GitHub may do.
    """

    kind: Kind
    times: int | None = 1
    method: str | None = None
    path: str = "*"
    skip: int = 0
    ms: int = 0
    status: int | None = None
    location: str = ""
    retry_after: int | None = 60

    def __post_init__(self) -> None:
        if self.kind is Kind.SLOW and self.ms <= 0:
            raise ValueError("slow needs ms above 0")
        if self.kind is Kind.REDIRECT and not self.location:
            raise ValueError("redirect needs a location")

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this rule is about such a call."""
        return self.method in {None, method} and fnmatchcase(path, self.path)


class Faults:
    """Keep the rules, in the order in which they were added. The first one that matches acts, and no other counts."""

    def __init__(self, *, lock: RLock) -> None:
        self._lock = lock
        self._rules: list[Fault] = []

    def add(self, kind: Kind | str, **fields: Any) -> Fault:
        """Add a rule with these fields of `Fault`; raises ValueError when it makes no sense."""
        fault = Fault(Kind(kind), **fields)
        with self._lock:
            self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    @property
    def pending(self) -> tuple[Fault, ...]:
        """The rules that may still act, with what is left of their `skip` and `times`."""
        with self._lock:
            return tuple(self._rules)

    def take(self, method: str, path: str) -> Fault | None:
        """Say what happens to this call, and count it."""
        with self._lock:
            for place, rule in enumerate(self._rules):
                if not rule.matches(method, path):
                    continue
                if rule.skip > 0:
                    self._rules[place] = replace(rule, skip=rule.skip - 1)
                    continue
                if rule.times is not None:
                    left = replace(rule, times=rule.times - 1)
                    self._rules[place : place + 1] = [left] if rule.times > 1 else []
                return rule
            return None
