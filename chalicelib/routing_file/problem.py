"""What is wrong with a routing file, said so that an editor can jump there and a person can mend it."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.errors import ConfigurationError

Path = tuple[str | int, ...]
"""Where a value stands in the parsed document: keys, and indices into lists."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as the checks see it: by path. `earlier` is another path that it is in conflict with."""

    path: Path
    what: str
    right: str
    earlier: Path | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as a person sees it: by line and column, from 1. `column` is None where only the line is known."""

    line: int
    column: int | None
    what: str
    right: str

    def render(self, name: str) -> str:
        """Return `file:line: what is wrong; what would be right`."""
        return f"{name}:{self.line}: {self.what}; {self.right}"


class RoutingFileError(ConfigurationError):
    """The routing file cannot be used; `problems` holds everything that is wrong with it, in the file's order."""

    quotes = True

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(problem.render(name) for problem in problems))
        self.problems = problems
