"""Virtual time: sleeping moves the clock on, and nothing else does."""

START = 1_782_820_800_000  # 2026-06-30T12:00:00Z


class FakeClock:
    def __init__(self, now=START):
        self._now = now
        self.slept_until = []

    def now(self):
        return self._now

    def sleep_until(self, instant):
        self.slept_until.append(instant)
        self._now = max(self._now, instant)

    def advance(self, *, ms=0, seconds=0, minutes=0, hours=0, days=0):
        self._now += ms + 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)))
        return self._now


class FakeTokens:
    def __init__(self, prefix="t"):
        self._prefix = prefix
        self._count = 0

    def fresh(self):
        self._count += 1
        return f"{self._prefix}{self._count:08d}"
