"""The rate limits, for each token on its own; requests without one share one.

Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devstack.github.message import failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import RLock

    from devstack.github.switch import Switches
    from devstack.wire.message import Pairs, Response

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed: the primary limit by the hour, then what the secondary limit counts.

    A GET is one point, everything else five. Content is what a POST makes that people see.
    """

    per_hour: int = 5000
    anonymous_per_hour: int = 60
    points_per_minute: int = 900
    content_per_minute: int = 80
    content_per_hour: int = 500


@dataclass(slots=True)
class _Account:
    limit: int
    reset_at: int
    used: int = 0
    points: deque[tuple[int, int]] = field(default_factory=deque)
    content: deque[int] = field(default_factory=deque)


class Limiter:
    """Count requests. `limits` may be changed; what was counted already stays."""

    def __init__(self, switches: Switches, *, clock: Callable[[], int], lock: RLock) -> None:
        self._switches = switches
        self._clock = clock
        self._lock = lock
        self._accounts: dict[str, _Account] = {}
        self.limits = Limits()

    def admit(self, token: str, method: str, *, content: bool) -> Response | None:
        """Count a request that arrives now, or return the answer that refuses it. `token` is "" without one."""
        with self._lock:
            now, account = self._clock(), self._account(token)
            if account.used >= account.limit:
                return self._refusal("API rate limit exceeded")
            wait_s = self._wait_s(account, 1 if method == "GET" else 5, content=content, now=now)
            if wait_s:
                return self._refusal(SECONDARY, ("Retry-After", str(wait_s)))
            account.used += 1
            account.points.append((now, 1 if method == "GET" else 5))
            if content:
                account.content.append(now)
            return None

    def give_back(self, token: str) -> None:
        """Take a request off the primary limit again: it was answered with 304."""
        with self._lock:
            account = self._account(token)
            account.used = max(0, account.used - 1)

    def exhaust(self, token: str) -> None:
        """Use up what the primary limit leaves until its reset, as others who share the token would."""
        with self._lock:
            account = self._account(token)
            account.used = account.limit

    def headers(self, token: str) -> Pairs:
        """Return the headers that tell how much is left. `reset` is in seconds since the epoch."""
        with self._lock:
            account = self._account(token)
            return (
                ("X-RateLimit-Limit", str(account.limit)),
                ("X-RateLimit-Remaining", str(max(0, account.limit - account.used))),
                ("X-RateLimit-Reset", str(account.reset_at // 1000)),
                ("X-RateLimit-Used", str(account.used)),
                ("X-RateLimit-Resource", "core"),
            )

    def _account(self, token: str) -> _Account:
        now = self._clock()
        limit = self.limits.per_hour if token else self.limits.anonymous_per_hour
        account = self._accounts.get(token)
        if account is None:
            account = self._accounts[token] = _Account(limit, _window_end(now))
        if now >= account.reset_at:
            account.used, account.reset_at = 0, _window_end(now)
        account.limit = limit
        return account

    def _wait_s(self, account: _Account, points: int, *, content: bool, now: int) -> int:
        while account.points and account.points[0][0] <= now - MINUTE_MS:
            account.points.popleft()
        while account.content and account.content[0] <= now - HOUR_MS:
            account.content.popleft()
        last_minute = sum(at > now - MINUTE_MS for at in account.content)
        if content and len(account.content) >= self.limits.content_per_hour:
            return -(-(account.content[0] + HOUR_MS - now) // 1000)
        spent = sum(spent for _, spent in account.points)
        crowded = content and last_minute >= self.limits.content_per_minute
        return 60 if crowded or spent + points > self.limits.points_per_minute else 0

    def _refusal(self, message: str, *headers: tuple[str, str]) -> Response:
        return failure(self._switches.limit_status, message, headers=headers)


def _window_end(now: int) -> int:
    return -(-(now + HOUR_MS) // 1000) * 1000
