"""What a package is made for: a processor, and the version of the interpreter that packages."""

from __future__ import annotations

import sys
from dataclasses import dataclass

WHEEL_PLATFORMS = {"x86_64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}
"""Lambda's processors, and the wheels that run there: the image of Python 3.11 has glibc 2.26, so nothing newer than
manylinux2014, which wants 2.17 (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html)."""
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True, slots=True)
class Target:
    """A Lambda runtime; `arch` is `x86_64` or `arm64`, `python` such as `3.13`."""

    arch: str
    python: str

    @property
    def wheel_platform(self) -> str:
        """Name the platform as wheels do."""
        return WHEEL_PLATFORMS[self.arch]


def here(arch: str) -> Target:
    """Return the target that this interpreter can package for: bytecode belongs to one version."""
    return Target(arch, f"{sys.version_info.major}.{sys.version_info.minor}")
