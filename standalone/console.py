"""Telemetry for a person at a terminal: one line each, on standard error."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chalicelib.ports import Field


class ConsoleTelemetry:
    """The `Telemetry` port. Quiet about what is only of use when something is wrong."""

    def event(self, name: str, **fields: Field) -> None:
        """Print a line."""
        _print(" ", name, fields)

    def alarm(self, name: str, **fields: Field) -> None:
        """Print a line that stands out."""
        _print("!", name, fields)

    def about(self, **_: Field) -> AbstractContextManager[None]:
        """Add nothing: what is told names itself."""
        return nullcontext()


def _print(mark: str, name: str, fields: dict[str, Field]) -> None:
    """Write it at once, since lines of several threads must not mix. What has lines of its own goes below."""
    told = {field: str(value) for field, value in fields.items() if value is not None}
    said = " ".join(f"{field}={value}" for field, value in told.items() if "\n" not in value)
    below = "".join(f"{value.rstrip()}\n" for value in told.values() if "\n" in value)
    with suppress(OSError):  # a disk that is full, or nobody who reads: no reason to stop working
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {mark} {name} {said}".rstrip() + f"\n{below}")
        sys.stderr.flush()
