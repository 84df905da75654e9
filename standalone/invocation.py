"""What Lambda hands to a function, for invocations on this machine."""

from __future__ import annotations

import time
import uuid


class Context:
    """The part of Lambda's context object that we use; `timeout_s` counts from now."""

    def __init__(self, timeout_s: float) -> None:
        self._ends = time.monotonic() + timeout_s
        self.aws_request_id = str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        """Return how long this invocation may still run."""
        return max(0, int((self._ends - time.monotonic()) * 1000))
