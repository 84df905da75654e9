"""The throttle in memory: `domain.throttle` and one item."""

from dataclasses import replace

from chalicelib.domain.throttle import PENALTY_MS, Bucket, Corrupt, Slot, decide, heal, take


class MemoryThrottle:
    def __init__(self, *, interval_ms=501):
        self.bucket = Bucket()
        self.slots = []
        self._interval_ms = interval_ms

    def reserve(self, kind, *, now):
        decision = decide(self.bucket, now=now, kind=kind, interval_ms=self._interval_ms)
        if isinstance(decision, Corrupt):
            self.bucket = heal(self.bucket)
        if isinstance(decision, Slot):
            self.bucket = take(self.bucket, decision, kind=kind, interval_ms=self._interval_ms)
            self.slots.append((decision.at, kind))
        return decision

    def penalise(self, *, now):
        self.bucket = replace(self.bucket, pen_until=now + PENALTY_MS)

    def record_outage(self):
        self.bucket = replace(self.bucket, streak=self.bucket.streak + 1)
        return self.bucket.streak

    def record_contact(self):
        self.bucket = replace(self.bucket, streak=0)

    def pause(self, reason, *, now):
        if self.bucket.paused_at is None:
            self.bucket = replace(self.bucket, paused_at=now, pause_reason=reason)

    def resume(self, *, now):
        if self.bucket.paused_at is not None:
            self.bucket = replace(self.bucket, paused_at=None, pause_reason=None, streak=0, resumed_at=now)

    def enter_restore(self, restored_to, *, now):
        if self.bucket.restored_to is None or self.bucket.restored_to > restored_to:
            self.bucket = replace(self.bucket, restored_to=restored_to, restoring_since=now)

    def leave_restore(self, restored_to, *, now):
        if self.bucket.restored_to == restored_to:
            self.bucket = replace(self.bucket, restored_to=None, restoring_since=None, resumed_at=now)
        return self.bucket.restored_to is None

    def state(self):
        return self.bucket
