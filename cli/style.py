"""Which colour each status has, wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.lifecycle import Status

if TYPE_CHECKING:
    from cli.terminal import Piece

STYLES = {
    Status.LOGGED: "green",
    Status.QUEUED: "blue",
    Status.POSTING: "blue",
    Status.UNCERTAIN: "yellow",
    Status.HELD: "yellow",
    Status.NEEDS_ATTENTION: "bold red",
    Status.REFUSED: "red",
    Status.SKIPPED: "dim",
    Status.DISMISSED: "dim",
}


def status_piece(status: Status) -> Piece:
    """Return a status in its colour."""
    return (status.value, STYLES[status])
