"""Package a stage: `python -m infra.build --stage dev --arch x86_64`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from infra.build.bundle import TooBigError
from infra.build.command import CommandError
from infra.build.package import make
from infra.build.target import WHEEL_PLATFORMS, here
from infra.build.template import ROOT, stages


def main() -> int:
    """Package, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m infra.build", description="Make the zip and the template.")
    parser.add_argument("--stage", choices=stages(), default="dev")
    parser.add_argument("--arch", choices=sorted(WHEEL_PLATFORMS), default="x86_64")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="this folder is made anew")
    options = parser.parse_args()
    target = here(options.arch)
    try:
        package = make(options.stage, target, options.out)
    except (CommandError, TooBigError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    size = package.zipped_bytes / 1024 / 1024
    sys.stderr.write(f"{package.zip}: {size:.1f} MB, Python {target.python}, {target.arch}\n{package.template}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
