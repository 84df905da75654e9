"""Telemetry for a command: silent, unless somebody wants to see what happens underneath."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from cli.harmless import harmless

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chalicelib.ports import Field


class QuietTelemetry:
    """The `Telemetry` port on stderr, with `verbose`; without it nothing is printed."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose

    def event(self, name: str, **fields: Field) -> None:
        """Print a line."""
        self._print(" ", name, fields)

    def alarm(self, name: str, **fields: Field) -> None:
        """Print a line that stands out."""
        self._print("!", name, fields)

    def about(self, **_: Field) -> AbstractContextManager[None]:
        """Add nothing: a command is about one thing."""
        return nullcontext()

    def _print(self, mark: str, name: str, fields: dict[str, Field]) -> None:
        if self._verbose:
            said = " ".join(f"{field}={value}" for field, value in fields.items() if value is not None)
            click.echo(f"{mark} {harmless(f'{name} {said}'.rstrip())}", err=True)
