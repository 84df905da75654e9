"""Faults on request: what shall go wrong, with which calls, how often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from threading import RLock


class Kind(StrEnum):
    """What goes wrong. "After" means that the work was done, "before" that it was not."""

    DROP_BEFORE = "drop_before"  # the connection closes; no work
    DROP_AFTER = "drop_after"  # the connection closes; the work was done
    STATUS_BEFORE = "status_before"  # an error status; no work
    STATUS_AFTER = "status_after"  # an error status; the work was done
    LATE = "late"  # nobody is answered, and the work is done `ms` later
    SLOW = "slow"  # answered `ms` later
    REDIRECT = "redirect"  # `status` 301, 302 or 307 to `location`; no work
    UNAUTHORIZED = "unauthorized"  # 401
    FORBIDDEN = "forbidden"  # 403
    THROTTLED = "throttled"  # an empty 429; no work
    THROTTLED_WITH_BODY = "throttled_with_body"  # a 429 that did not come from nginx; no work
    LOCKED = "locked"  # 503, the account is being migrated
    NOT_JSON = "not_json"  # 200 with HTML
    CUT = "cut"  # the answer breaks off in the middle of its body
    UNREADABLE = "unreadable"  # the true status, with a body that is no JSON
    EMPTY = "empty"  # 200 without a body
    ACCEPTED = "accepted"  # 202 with a message
    STALE = "stale"  # lists show the entries of `ms` ago


EITHER_WAY = frozenset({Kind.NOT_JSON, Kind.EMPTY, Kind.ACCEPTED})
"""The kinds for which `work` decides whether the work is done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule. It acts on the next `times` matching calls after the first `skip` of them; None is for good.

    `path` is the start of the path relative to the base, as in `/entries`. `status` is that of STATUS_* (502)
    and REDIRECT (307), `ms` that of LATE, SLOW and STALE. Without a `location` a REDIRECT leads back to where
    it came from. `text` replaces the body of STATUS_*. UNREADABLE drops the `Location` header unless
    `keep_location`. `work` is as in EITHER_WAY.
    """

    kind: Kind
    times: int | None = 1
    method: str | None = None
    path: str = ""
    skip: int = 0
    ms: int = 0
    status: int | None = None
    location: str | None = None
    text: str | None = None
    keep_location: bool = True
    work: bool = True

    def __post_init__(self) -> None:
        if self.kind in {Kind.LATE, Kind.SLOW, Kind.STALE} and self.ms <= 0:
            raise ValueError(f"{self.kind} needs ms above 0")
        if not self.work and self.kind not in EITHER_WAY:
            raise ValueError(f"{self.kind} already says whether the work is done")

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this rule is about such a call."""
        return self.method in {None, method} and path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class Hit:
    """What the rules have in store for one call."""

    fault: Fault | None = None
    delay_ms: int = 0


class Faults:
    """Keep the rules, in the order in which they were added.

    The first rule that matches acts, and those behind it neither act nor count the call. Only SLOW lets the
    search go on, so that it can be had together with another fault. Only calls that the limiter let in count.
    """

    def __init__(self, *, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._rules: list[Fault] = []

    def add(
        self,
        kind: Kind | str,
        *,
        times: int | None = 1,
        match: tuple[str | None, str] = (None, ""),
        skip: int = 0,
        ms: int = 0,
        status: int | None = None,
        location: str | None = None,
        text: str | None = None,
        keep_location: bool = True,
        work: bool = True,
    ) -> Fault:
        """Add a rule, `match` being method and start of the path; raises ValueError when it makes no sense."""
        method, path = match
        fault = Fault(Kind(kind), times, method, path, skip, ms, status, location, text, keep_location, work)
        self.put(fault)
        return fault

    def put(self, fault: Fault) -> None:
        """Add a rule that is made already."""
        with self._lock:
            self._rules.append(fault)

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    @property
    def pending(self) -> tuple[Fault, ...]:
        """The rules that may still act, with what is left of their `skip` and `times`."""
        with self._lock:
            return tuple(self._rules)

    def take(self, method: str, path: str) -> Hit:
        """Say what happens to this call, and count it."""
        with self._lock:
            chosen, delay_ms, kept = None, 0, list[Fault]()
            for rule in self._rules:
                if chosen is not None or not rule.matches(method, path):
                    kept.append(rule)
                    continue
                if rule.skip > 0:
                    kept.append(replace(rule, skip=rule.skip - 1))
                    continue
                if rule.kind is Kind.SLOW:
                    delay_ms += rule.ms
                else:
                    chosen = rule
                if rule.times is None:
                    kept.append(rule)
                elif rule.times > 1:
                    kept.append(replace(rule, times=rule.times - 1))
            self._rules = kept
            return Hit(chosen, delay_ms)
