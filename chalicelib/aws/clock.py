"""The machine's clock and its randomness."""

from __future__ import annotations

import secrets
import time


class SystemClock:
    """The `Clock` port."""

    def now(self) -> int:
        """Return the wall clock, in milliseconds."""
        return time.time_ns() // 1_000_000

    def sleep_until(self, instant: int) -> None:
        """Sleep, by the wall clock; but no longer for its being set back meanwhile."""
        ends = time.monotonic() + (instant - self.now()) / 1000
        while (left := min((instant - self.now()) / 1000, ends - time.monotonic())) > 0:
            time.sleep(left)


class RandomTokens:
    """The `Tokens` port."""

    def fresh(self) -> str:
        """Return 96 random bits as 24 hex digits."""
        return secrets.token_hex(12)
