"""The limiter in front of Noko, as nginx computes it: `limit_req rate=2r/s burst=5` with delay.

Noko documents "2 requests per second from the same IP address", then slowing down "for up to 5 requests total",
then an empty 429 (https://developer.nokotime.com/v2/, "Rate Limiting"), and answers with `Server: nginx`.
The arithmetic is that of ngx_http_limit_req_module (https://nginx.org/en/docs/http/ngx_http_limit_req_module.html):
excess counts thousandths of a request, and a refused request leaves no trace in the state.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock

_CLOCK_JUMP_MS = 60_000
"""nginx takes a clock that went back this far for a new era."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one arrival: `delay_ms` until it is let in, None when it was refused."""

    at: int
    delay_ms: int | None


class NginxLimiter:
    """Count arrivals from one address, which is all that ever calls a sandbox.

    `burst` is in requests, `rate` in requests per second; times are milliseconds. The counts are about this
    limiter's own verdicts, not about 429s that were asked for as a fault.
    """

    def __init__(self, *, rate: int = 2, burst: int = 5, lock: RLock | None = None) -> None:
        self._rate = rate * 1000
        self._burst = burst * 1000
        self._lock = lock or RLock()
        self._excess = 0
        self._last: int | None = None
        self._verdicts: list[Verdict] = []
        self.accepted = 0
        self.delayed = 0
        self.rejected = 0
        self.max_delay_ms = 0

    @property
    def arrivals(self) -> tuple[Verdict, ...]:
        """Every arrival so far, in order."""
        with self._lock:
            return tuple(self._verdicts)

    def arrive(self, now: int) -> Verdict:
        """Judge a request that arrives at `now`."""
        with self._lock:
            verdict = Verdict(now, self._judge(now))
            self._verdicts.append(verdict)
            if verdict.delay_ms is None:
                self.rejected += 1
            else:
                self.accepted += 1
                self.delayed += verdict.delay_ms > 0
                self.max_delay_ms = max(self.max_delay_ms, verdict.delay_ms)
            return verdict

    def _judge(self, now: int) -> int | None:
        if self._last is None:
            self._last = now
            return 0
        elapsed = now - self._last
        if elapsed < 0:
            elapsed = 1 if elapsed < -_CLOCK_JUMP_MS else 0
        excess = max(0, self._excess - self._rate * elapsed // 1000 + 1000)
        if excess > self._burst:
            return None
        self._excess = excess
        if elapsed:
            self._last = now
        return excess * 1000 // self._rate
