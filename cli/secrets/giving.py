"""How a secret gets from a person to us and back: never through an argument, never onto a screen.

Arguments are seen by everybody on the machine and kept by shells; what a screen shows is kept by terminals, by whatever
records a session, and by the logs of CI.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from chalicelib.errors import TallyhookError, UserError
from cli.secrets.parameters import MAX_BYTES
from cli.secrets.value import made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.desk import Desk
    from cli.secrets.value import Kind


def ask_for(what: str, *, desk: Desk) -> str:
    """Return a secret that is typed twice unseen, or piped to stdin; one line end after it is cut off."""
    if not desk.terminal.can_ask:
        return _piped()
    try:
        typed = str(click.prompt(what, hide_input=True, err=True))
        again = str(click.prompt("once more", hide_input=True, err=True))
    except click.Abort:
        raise KeyboardInterrupt from None
    if typed != again:
        raise UserError("these were not the same; nothing was changed")
    return typed


def make_up(kind: Kind, path: Path) -> str:
    """Return a fresh secret that is kept in a new file, which only its owner can read, before anything uses it."""
    fresh = made_up(kind)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{fresh}\n")
            file.flush()
            os.fsync(descriptor)
    except FileExistsError:
        raise UserError(
            f"{path} is there already: give the secret in it with `< {path}` instead, or remove it; nothing was changed"
        ) from None
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}); nothing was changed") from error
    return fresh


@contextmanager
def remembered(path: Path | None, *, desk: Desk) -> Iterator[None]:
    """Say of a file, if putting the secret in it fails inside, that it may be of no use."""
    try:
        yield
    except (TallyhookError, KeyboardInterrupt):
        if path is not None and path.exists():
            desk.terminal.say(f"{path} holds a secret that may not be in use: keep it until you know")
        raise


def _piped() -> str:
    if sys.stdin.isatty():
        raise click.UsageError("it would be seen while it is typed: let stderr be a terminal, too, or pipe it to stdin")
    raw = sys.stdin.buffer.read(2 * MAX_BYTES)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UserError("what came by stdin is not UTF-8") from None
    if not text:
        raise click.UsageError("nothing came by stdin: pipe the secret to it, or type it at a terminal")
    return text.removesuffix("\n").removesuffix("\r")
