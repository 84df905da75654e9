"""Write `requirements.lock`: every library that `requirements.txt` brings along, with the hashes of all its wheels.

Run `python -m infra.build.lock` after a change of `requirements.txt`. The same code then ships until it is run again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.build.command import run
from infra.build.dependency import LOCK, pip_options
from infra.build.target import PYTHONS, WHEEL_PLATFORMS, Target
from infra.build.template import ROOT

HEAD = "# Written by `python -m infra.build.lock` from requirements.txt: what is in the zip, wheel by wheel.\n"


def wheels(target: Target, *requirements: Path) -> list[tuple[str, str]]:
    """Return requirement and SHA-256 of each wheel that pip would install for `target`. Raises CommandError."""
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        words = ["install", "--dry-run", "--ignore-installed", "--target", name, "--report", report]
        pip = [
            sys.executable,
            "-m",
            "pip",
            *words,
            *(word for path in requirements for word in ("-r", path)),
            *pip_options(target),
        ]
        run(pip, cwd=ROOT)
        installed: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
    return [
        (
            f"{each['metadata']['name'].lower().replace('_', '-')}=={each['metadata']['version']}",
            each["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for each in installed
    ]


def to_text(found: list[tuple[str, str]], head: str = HEAD) -> str:
    """Return the lock: each requirement once, with all hashes that were found for it."""
    hashes: dict[str, set[str]] = {}
    for requirement, digest in found:
        hashes.setdefault(requirement, set()).add(digest)
    lines = (
        " \\\n".join([requirement, *(f"    --hash=sha256:{digest}" for digest in sorted(hashes[requirement]))])
        for requirement in sorted(hashes)
    )
    return head + "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Write it."""
    targets = [Target(arch, python) for arch in WHEEL_PLATFORMS for python in PYTHONS]
    LOCK.write_text(
        to_text([wheel for target in targets for wheel in wheels(target, ROOT / "requirements.txt")]), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
