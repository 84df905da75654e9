"""A bar on stderr for what goes through a whole store; nothing where nobody looks."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def bar(title: str, *, size: int | None = None) -> Iterator[Callable[[int], None]]:
    """Draw while the block runs, and give it the function that moves it on.

    Counts up to `size` bytes, or without one, items without a known end.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only who looks pays for it
    from rich.progress import (  # noqa: PLC0415 - likewise
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    colours: Any = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(file=sys.stderr, color_system=colours)
    counted = (
        (DownloadColumn(), TimeRemainingColumn()) if size is not None else (TextColumn("{task.completed:.0f} items"),)
    )
    columns = (TextColumn("{task.description}"), BarColumn(), *counted)
    with Progress(*columns, console=console, transient=True) as drawn:
        task = drawn.add_task(title, total=size)
        yield lambda count: drawn.advance(task, count)
