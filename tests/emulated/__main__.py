"""Show what CI tries: a stack from template to entry on an emulated AWS, with the time of each step. `make emulate`."""

import sys
import tempfile
import time
from pathlib import Path

import conftest  # noqa: F401 - it forgets the user's AWS, as for the tests
from emulated.stage import Stage, sha_of
from emulated.template import CHANGES
from fakes.ministack import environment

from devstack.push import push
from infra.build.command import CommandError


class Clock:
    """Prints what was done, and how long it took."""

    def __init__(self):
        self._last = self.began = time.monotonic()

    def done(self, what, *lines):
        """Tell of a step that ends now, with what it said."""
        now = time.monotonic()
        _print(f"{now - self._last:6.1f} s  {what}", *(f"            {line}".rstrip() for line in lines))
        self._last = now
        return now


def main():
    """Run it; return an exit code."""
    clock = Clock()
    try:
        environment()
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    clock.done("the emulator's environment stands")
    with tempfile.TemporaryDirectory(prefix="tallyhook-emulated-") as name:
        stage = Stage(Path(name))
        try:
            return _story(stage, clock)
        finally:
            stage.close()


def _story(stage, clock):
    clock.done(f"an empty AWS at {stage.aws.url} that enforces policies, and a deployer with deployer-policy.json")
    package = stage.package()
    clock.done(f"make package: a zip of {package.zipped_bytes:,} bytes")
    stage.adapt()
    packaged = clock.done("otherwise than on AWS:", *(f"{each.what} ({each.why})" for each in CHANGES))
    _said(clock, "make deploy", stage.deploy(), code=5)
    for name, ran in stage.set_secrets():
        _said(clock, f"tallyhook --stage dev secrets set {name}", ran)
    _said(clock, "make deploy", stage.deploy())
    raw = push(1, seed="emulated")
    answer = stage.send(raw, delivery="first")
    clock.done(f"a signed push is answered {answer.status_code}")
    stage.settle()
    ended = clock.done(f"it is worked off: {_entries(stage)}")
    _print(f"{ended - packaged:6.1f} s  FROM TEMPLATE TO ENTRY")
    again = [stage.send(raw, delivery=delivery).status_code for delivery in ("first", "second")]
    stage.settle()
    clock.done(f"redelivered, and sent by another hook: answered {again}, {_entries(stage)}")
    told = stage.tallyhook("entry", sha_of(raw)[:7])
    clock.done(f"tallyhook --stage dev entry {sha_of(raw)[:7]}", *told.out.splitlines())
    stage.replace_routing(lambda text: text.replace('"Gear GmbH"', '"Website"'))
    clock.done("another routing file in the package")
    _said(clock, "make deploy", stage.deploy())
    again = [stage.send(raw, delivery=delivery).status_code for delivery in ("first", "third")]
    stage.settle()
    clock.done(f"redelivered after the upgrade: answered {again}, {_entries(stage)}")
    _said(clock, "make destroy", stage.destroy())
    _print(f"{time.monotonic() - clock.began:6.1f} s  in all")
    return int(len(stage.entries()) != 1)


def _said(clock, what, ran, *, code=0):
    clock.done(what, *ran.err.splitlines(), *ran.out.splitlines())
    assert ran.code == code, f"{what} ended with {ran.code}"


def _print(*lines):
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _entries(stage):
    held = [f"{each.minutes} min on {each.date}" for each in stage.entries()]
    return f"{len(held)} {'entry' if len(held) == 1 else 'entries'} in the sandbox ({', '.join(held)})"


if __name__ == "__main__":
    sys.exit(main())
