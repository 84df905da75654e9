"""Telemetry for a person at a terminal: one line each, on standard error."""

from __future__ import annotations

import sys
import time


class ConsoleTelemetry:
    """The `Telemetry` port. Quiet about what is only of use when something is wrong."""

    def event(self, name: str, **fields: str | int | None) -> None:
        """Print a line."""
        _print(" ", name, fields)

    def alarm(self, name: str, **fields: str | int | None) -> None:
        """Print a line that stands out."""
        _print("!", name, fields)


def _print(mark: str, name: str, fields: dict[str, str | int | None]) -> None:
    said = " ".join(f"{field}={value}" for field, value in fields.items() if value is not None)
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {mark} {name} {said}".rstrip() + "\n")
