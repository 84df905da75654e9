"""The routing file's part of `check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError
from chalicelib.routing_file.document import load
from cli import finding

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from chalicelib.domain.routing_table import Routing
    from cli.finding import Finding


@dataclass(frozen=True, slots=True)
class RoutingText:
    """A routing file that is right in itself: its name, its text, and what it says."""

    name: str
    text: str
    routing: Routing


def routing_file(path: Path) -> Generator[Finding, None, RoutingText | None]:
    """Report on the routing file, every problem with its line; return what it says if there is none."""
    try:
        text = path.read_text(encoding="utf-8")
        routing = load(text, name=path.name)
    except (OSError, UnicodeDecodeError) as error:
        yield from finding.problems("routing file", ConfigurationError(f"{path} cannot be read: {error}"))
        return None
    except ConfigurationError as error:
        yield from finding.problems("routing file", error)
        return None
    counts = f"{len(routing.repositories)} × [[repositories]], {len(routing.people)} × [[people]]"
    yield finding.good("routing file", f"{path}: {counts}")
    return RoutingText(path.name, text, routing)
