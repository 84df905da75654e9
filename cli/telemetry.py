"""Telemetry for a command: silent, unless somebody wants to see what happens underneath."""

from __future__ import annotations

import click

from cli.harmless import harmless


class QuietTelemetry:
    """The `Telemetry` port on stderr, with `verbose`; without it nothing is printed."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose

    def event(self, name: str, **fields: str | int | None) -> None:
        """Print a line."""
        self._print(" ", name, fields)

    def alarm(self, name: str, **fields: str | int | None) -> None:
        """Print a line that stands out."""
        self._print("!", name, fields)

    def _print(self, mark: str, name: str, fields: dict[str, str | int | None]) -> None:
        if self._verbose:
            said = " ".join(f"{field}={value}" for field, value in fields.items() if value is not None)
            click.echo(f"{mark} {harmless(f'{name} {said}'.rstrip())}", err=True)
