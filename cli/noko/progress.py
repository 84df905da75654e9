"""A bar on stderr for what takes one of Noko's slots after the other; nothing where nobody looks."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Step = Callable[[int], None]
    """Called with how many more are dealt with."""

FEWEST = 3
"""Fewer things than this are done before a bar could be read."""


@contextmanager
def progress(title: str, total: int) -> Iterator[Step]:
    """Draw a bar while the block runs, and give it the function that moves it on."""
    if total < FEWEST or not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console  # noqa: PLC0415 - only who looks pays for it
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    colours: Any = None if os.environ.get("NO_COLOR") else "auto"
    with Progress(console=Console(file=sys.stderr, color_system=colours), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)
