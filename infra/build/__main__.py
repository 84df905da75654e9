"""Package a stage: `python -m infra.build --stage dev --arch x86_64 --routing-file my-routing.toml`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chalicelib.errors import ConfigurationError
from chalicelib.routing_file.document import load
from infra.build.bundle import TooBigError
from infra.build.command import CommandError
from infra.build.package import NotOursError, make
from infra.build.target import WHEEL_PLATFORMS, here
from infra.build.template import ROOT, stages


def main() -> int:
    """Package, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m infra.build", description="Make the zip and the template.")
    parser.add_argument("--stage", choices=stages(), default="dev")
    parser.add_argument("--arch", choices=sorted(WHEEL_PLATFORMS), default="x86_64")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="this folder is made anew")
    parser.add_argument("--routing-file", type=Path, help="ships in place of chalicelib/routing.toml")
    options = parser.parse_args()
    target = here(options.arch)
    try:
        if options.routing_file is not None:
            load(options.routing_file.read_text(encoding="utf-8"), name=options.routing_file.name)
        package = make(options.stage, target, options.out, routing_file=options.routing_file)
    except (ConfigurationError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return ConfigurationError.exit_code
    except (CommandError, TooBigError, NotOursError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    size = package.zipped_bytes / 1024 / 1024
    routing = options.routing_file or "chalicelib/routing.toml"
    sys.stderr.write(f"{package.zip}: {size:.1f} MB, Python {target.python}, {target.arch}, routing file {routing}\n")
    sys.stderr.write(f"{package.template}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
