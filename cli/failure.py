"""Exit codes, and how errors become them. An expected error is a sentence on stderr, never a traceback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from chalicelib.errors import TallyhookError
from cli.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILED = 1
PARTLY_DONE = 5
INTERRUPTED = 130

EXIT_CODES = (
    (0, "done, or nothing to do"),
    (FAILED, "it did not work: something is not there, was refused, or does not answer"),
    (2, "the command was not understood, or asks a question where nobody can answer"),
    (3, "a setting, the routing file or the store is not usable as it is; or nothing runs to work on"),
    (4, "a token, secret or signature is not accepted"),
    (PARTLY_DONE, "partly done: of several things, some did not work"),
    (INTERRUPTED, "interrupted with Ctrl-C"),
)
"""Every exit code and what it means."""


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn what is raised inside into words on stderr and an exit code: each error class owns its own."""
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except TallyhookError as error:
        for line in str(error).split("\n"):
            click.echo(f"tallyhook: {harmless(line)}", err=True)
        raise click.exceptions.Exit(error.exit_code) from error
