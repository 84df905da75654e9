"""`make bench`: measure, print each figure beside its bound, and fail when one is missed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from devstack.bench import backlog, door, drain

if TYPE_CHECKING:
    from devstack.bench.figure import Figure


def main() -> int:
    """Run every measurement; return 1 if a figure missed its bound."""
    figures: list[Figure] = []
    for part in (door.measure, drain.measure, backlog.measure):
        for figure in part():
            figures.append(figure)
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
    missed = sum(not figure.holds for figure in figures)
    sys.stdout.write(f"\n{len(figures) - missed} of {len(figures)} figures hold\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
