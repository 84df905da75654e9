"""What `check` finds: each thing by itself, with what it means for the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.errors import TallyhookError

_GRAVEST_FIRST = (3, 4, 1, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `level` is `ok`, `warning` or `problem`; only a problem has an exit code."""

    topic: str
    level: str
    text: str
    exit_code: int = 0


def good(topic: str, text: str) -> Finding:
    """Return what is as it should be."""
    return Finding(topic, "ok", text)


def warning(topic: str, text: str) -> Finding:
    """Return what may be meant so."""
    return Finding(topic, "warning", text)


def problems(topic: str, error: TallyhookError) -> list[Finding]:
    """Return the problems that an error lists, a line each, with its exit code."""
    return [Finding(topic, "problem", line, error.exit_code) for line in str(error).split("\n")]


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the code of the gravest finding: configuration before the token, the token before an outage."""
    found = {finding.exit_code for finding in findings}
    return next(code for code in _GRAVEST_FIRST if code in found or code == 0)
