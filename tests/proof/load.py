"""The parts of the proof that are about load and time, each run by name: `python -m proof.load saturation 24`."""

import argparse
import sys
import tempfile
from pathlib import Path

from proof.fuzz import fuzz, fuzz_forms
from proof.kills import kill
from proof.outage import outage
from proof.saturation import saturate


def _kill(messages):
    with tempfile.TemporaryDirectory() as data:
        return kill(messages=messages, kills=max(4, messages // 180), data=Path(data))


def _kill_on_a_file(pushes):
    with tempfile.TemporaryDirectory() as data:
        return kill(messages=pushes, kills=pushes // 10, data=Path(data), store="sqlite", instances=1, commits=1)


PARTS = {
    "saturation": lambda hours: saturate(hours=hours),
    "outage": lambda hours: outage(hours=hours, entries=280 * hours),
    "kills": _kill,
    "file": _kill_on_a_file,
    "fuzz": lambda requests: fuzz(requests, seed=2026),
    "forms": lambda requests: fuzz_forms(requests, seed=2026),
}
"""What a size means: simulated hours, hours without Noko, messages, pushes, requests."""


def run(part, size):
    """Run one part and print its report; tell whether all its figures hold."""
    report = PARTS[part](size)
    sys.stdout.write(f"{report}\n")
    sys.stdout.flush()
    return not report.failures if part in {"fuzz", "forms"} else all(figure.holds for figure in report.figures)


def main():
    parser = argparse.ArgumentParser(prog="python -m proof.load", description=__doc__)
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("size", type=int)
    options = parser.parse_args()
    return 0 if run(options.part, options.size) else 1


if __name__ == "__main__":
    sys.exit(main())
