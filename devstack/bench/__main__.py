"""`make bench`: measure, print each figure beside its bound, and fail when one is missed.

Names of parts as arguments (`door`, `drain`, `backlog`, `file`, `calls`, `cold`) measure only those.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from devstack.bench import backlog, calls, cold, door, drain, file

if TYPE_CHECKING:
    from devstack.bench.figure import Figure


def main() -> int:
    """Run every measurement; return 1 if a figure missed its bound."""
    figures: list[Figure] = []
    parts = {
        "door": door.measure,
        "drain": drain.measure,
        "backlog": backlog.measure,
        "file": file.measure,
        "calls": calls.measure,
        "cold": cold.measure,
    }
    for name in sys.argv[1:] or parts:
        for figure in parts[name]():
            figures.append(figure)
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
    missed = sum(not figure.holds for figure in figures)
    sys.stdout.write(f"\n{len(figures) - missed} of {len(figures)} figures hold\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
