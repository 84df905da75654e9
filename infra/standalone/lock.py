"""Write `requirements.lock`: every library that the wheel brings along, with the hashes of all its wheels.

Run `python -m infra.standalone.lock` after a change of `requirements.txt` or `requirements-standalone.txt`.
"""

from __future__ import annotations

from pathlib import Path

from infra.build.lock import to_text, wheels
from infra.build.target import PYTHONS, WHEEL_PLATFORMS, Target
from infra.build.template import ROOT

LOCK = Path(__file__).with_name("requirements.lock")
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-standalone.txt")
HEAD = "# Written by `python -m infra.standalone.lock`: what is in the container, wheel by wheel.\n"


def main() -> None:
    """Write it."""
    targets = [Target(arch, python) for arch in WHEEL_PLATFORMS for python in PYTHONS]
    found = [wheel for target in targets for wheel in wheels(target, *REQUIREMENTS)]
    LOCK.write_text(to_text(found, HEAD), encoding="utf-8")


if __name__ == "__main__":
    main()
