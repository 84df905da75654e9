"""Write the page of an entry's life from the table of transitions: `python -m docs.build.lifecycle`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.lifecycle import ENDS, FIRST, SWEPT, TRANSITIONS, Status, commands_for

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "reference" / "lifecycle.md"

MEANINGS = {
    Status.HELD: "It has no route, or none is wanted yet. The reason says which, and what would mend it.",
    Status.QUEUED: "It has a route and waits for its turn.",
    Status.POSTING: "An attempt to create it may be on its way.",
    Status.UNCERTAIN: "An attempt left, and nobody knows what it did. Tallyhook looks in Noko before it tries again.",
    Status.NEEDS_ATTENTION: "Looking in Noko did not settle it. A person has to look.",
    Status.REFUSED: "Noko answered that it will not create it as it is.",
    Status.SKIPPED: "It is a copy of work that is in the ledger already: rebased, squashed, picked or amended.",
    Status.LOGGED: "Noko holds it, and its id is known.",
    Status.DISMISSED: "A person gave it up.",
}
"""What each status says is known."""

INTRODUCTION = """\
<!-- Written by `python -m docs.build.lifecycle` from `chalicelib/domain/lifecycle.py`. Change that. -->

# The life of an entry

A status says what is known of an entry, not what is being done with it. From every status a way leads on.
Only `logged` and `dismissed` are ends, and they are meant to be.

An arrow that names a command is a person's; all others are Tallyhook's own.
"""

FURTHER = """\
What to do about an entry that waits: [When entries wait](../how-to/when-entries-wait.md). Why there is an
`uncertain` at all: [Exactly one entry](../explanation/exactly-once.md).
"""


def page_text() -> str:
    """Return what `docs/reference/lifecycle.md` holds."""
    parts = [
        INTRODUCTION,
        "```mermaid\n" + "\n".join(_diagram()) + "\n```\n",
        "## The statuses\n\n" + "\n".join(_statuses()) + "\n",
        "## The ways from one to the next\n\n" + "\n".join(_transitions()) + "\n",
        FURTHER,
    ]
    return "\n".join(parts)


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    for status in Status:
        if status in FIRST:
            yield f"    [*] --> {status}"
    for (source, target), labels in _arrows().items():
        yield f"    {source} --> {target}: {' / '.join(labels)}"
    for status in Status:
        if status in ENDS:
            yield f"    {status} --> [*]"


def _arrows() -> dict[tuple[Status, Status], list[str]]:
    """Join the causes that lead the same way: one arrow for each pair, or the picture cannot be read."""
    arrows: dict[tuple[Status, Status], list[str]] = {}
    for each in TRANSITIONS:
        label = each.cause.replace(",", "") if each.by == "us" else f"tallyhook {each.by}"
        labels = arrows.setdefault((each.source, each.target), [])
        if label not in labels:
            labels.append(label)
    return arrows


def _statuses() -> Iterator[str]:
    yield "| status | what is known | who moves it on |"
    yield "|---|---|---|"
    for status in Status:
        yield f"| `{status}` | {MEANINGS[status]} | {_mover(status)} |"


def _mover(status: Status) -> str:
    if status in ENDS:
        return "nobody: an end"
    movers = ["Tallyhook"] if any(t.source is status and t.by == "us" for t in TRANSITIONS) else []
    commands = [f"`tallyhook {command}`" for command in commands_for(status)]
    every_minute = ", every minute" if status in SWEPT else ""
    return "; ".join([f"{mover}{every_minute}" for mover in movers] + commands)


def _transitions() -> Iterator[str]:
    yield "| from | to | because | by |"
    yield "|---|---|---|---|"
    for each in TRANSITIONS:
        by = "Tallyhook" if each.by == "us" else f"`tallyhook {each.by}`"
        yield f"| `{each.source}` | `{each.target}` | {each.cause} | {by} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
