"""The three streams: results to stdout, words to stderr, answers from stdin. Every text is made harmless here."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

from cli.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from rich.text import Text

Piece = str | tuple[str, str]
"""A text, or a text and its style in Rich's words (`bold`, `red`)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `ratio` is None for one as wide as what it holds, else its share of the rest."""

    title: str
    ratio: int | None = None
    right: bool = False


@dataclass(frozen=True, slots=True)
class Terminal:
    """What there is to talk to. `None` means: find out from the streams."""

    attended: bool | None = None
    draws: bool | None = None

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return self.attended if self.attended is not None else sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def can_draw(self) -> bool:
        """Whether results are looked at rather than piped on."""
        return self.draws if self.draws is not None else sys.stdout.isatty()

    def record(self, record: Mapping[str, Any]) -> None:
        """Print one JSON line, in ASCII: exact for programs and harmless for terminals."""
        click.echo(json.dumps(record))

    def show(self, *pieces: Piece) -> None:
        """Print one line of a result."""
        _print(sys.stdout, pieces)

    def say(self, *pieces: Piece) -> None:
        """Print one line of words about it."""
        _print(sys.stderr, pieces)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Piece]]) -> None:
        """Draw a table as wide as the terminal; what does not fit ends with `…`."""
        from rich.table import Table  # noqa: PLC0415 - `explain` is fast without it

        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), expand=True)
        for column in columns:
            table.add_column(
                column.title,
                ratio=column.ratio,
                justify="right" if column.right else "left",
                no_wrap=True,
                overflow="ellipsis",
            )
        for row in rows:
            table.add_row(*(_text((piece,)) for piece in row))
        _console(sys.stdout).print(table)

    def ask(self, question: str) -> bool:
        """Ask for a yes; anything else, and the end of input, is a no."""
        click.echo(f"{harmless(question)} [y/N] ", nl=False, err=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _print(stream: TextIO, pieces: Sequence[Piece]) -> None:
    if stream.isatty():
        _console(stream).print(_text(pieces), soft_wrap=True)
    else:
        click.echo("".join(harmless(text) for text, _ in map(_styled, pieces)), file=stream)


def _console(stream: TextIO) -> Console:
    from rich.console import Console  # noqa: PLC0415 - see above

    # NO_COLOR (https://no-color.org) is taken to mean all styles: Rich itself would leave bold and dim.
    colours: Any = None if os.environ.get("NO_COLOR") else "auto"
    return Console(file=stream, color_system=colours, markup=False, highlight=False, emoji=False)


def _text(pieces: Sequence[Piece]) -> Text:
    from rich.text import Text  # noqa: PLC0415 - see above

    return Text.assemble(*((harmless(text), style) for text, style in map(_styled, pieces)))


def _styled(piece: Piece) -> tuple[str, str]:
    return (piece, "") if isinstance(piece, str) else piece
