"""Ctrl-C while a single change is under way: it may be done, and whoever pressed it is told so."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.noko.bulk import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.desk import Desk


@contextmanager
def told_if_interrupted(desk: Desk) -> Iterator[None]:
    """Say of the change inside that nobody knows of it, if Ctrl-C comes before its answer."""
    try:
        yield
    except KeyboardInterrupt:
        desk.terminal.say((INTERRUPTED, "red"))
        raise
