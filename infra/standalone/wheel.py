"""Make the wheel: `python -m infra.standalone.wheel` leaves it in dist/, the same bytes from the same files."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from infra.build.command import CommandError, run
from infra.build.template import ROOT

FILES = ("LICENSE", "app.py", "pyproject.toml", "requirements.txt", "requirements-standalone.txt")
FOLDERS = ("chalicelib", "cli", "devstack", "standalone")
EPOCH = "315532800"
"""The first instant that a zip can tell, as seconds."""


def make(folder: Path) -> Path:
    """Build in a folder of its own, since setuptools would also pack what earlier builds left; return the wheel.

    Raises CommandError.
    """
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source"
        source.mkdir()
        for file in FILES:
            shutil.copy(ROOT / file, source)
        for package in FOLDERS:
            shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
        words = ["wheel", "--no-deps", "--quiet", "--disable-pip-version-check", "--wheel-dir", Path(name), source]
        run([sys.executable, "-m", "pip", *words], cwd=source, env={"SOURCE_DATE_EPOCH": EPOCH})
        (wheel,) = Path(name).glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(wheel, folder))


def main() -> int:
    """Make it, and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m infra.standalone.wheel", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    try:
        wheel = make(parser.parse_args().out)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"{wheel}: {wheel.stat().st_size / 1024:.0f} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
