"""Write `docs/reference/cli.md` from the commands' own help: `python -m cli.reference`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.failure import EXIT_CODES
from cli.main import tallyhook
from cli.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "cli.md"
WIDTH = 100

INTRODUCTION = """\
<!-- Written by `python -m cli.reference` from the commands' own help. Change that. -->

# The command line

`tallyhook` looks into a running Tallyhook and moves on what waits for a person. Install it with
`make`, and find it at `.venv/bin/tallyhook`, or [for good](../how-to/run-on-one-machine.md).

Started with the same environment as `tallyhook serve`, it works on the ledger and the throttle of the
instance on `PORT`. With `--stage NAME` it works on the deployed stack `tallyhook-NAME`, in the
AWS account and region that boto3 finds. With neither, it says how to start one, and exits with 3.

- Results go to stdout, words about them to stderr. `--json` prints a JSON line for each result;
  `entries`, `noko entries` and `tags list` do so by themselves where stdout is no terminal. JSON is
  ASCII.
- What changes data shows what it will do and asks. `--yes` does it unasked; without a terminal
  and without `--yes` nothing is changed, and the exit code is 2. Where there is `--dry-run`, that
  only shows.
- `KEY` is an entry's key (`github:<sha>`, `form:<form>:<submission id>`). A commit's SHA will do,
  and so will its first four digits or more where no other commit begins with them.
- Instants are UTC. `NO_COLOR` switches all colours and styles off. Commit messages are anybody's:
  control characters and marks that turn the direction of writing are shown written out (`\\x1b`).
"""


def render() -> str:
    """Return the page."""
    context = _context(tallyhook, "tallyhook", None)
    parts = [INTRODUCTION, _section("`tallyhook`", tallyhook.get_help(context))]
    parts += [_section(f"`{own.command_path}`", command.get_help(own)) for own, command in _below(tallyhook, context)]
    parts.append("\n".join(_table("## Exit codes", ("code", "meaning"), EXIT_CODES)))
    fields = [(f"`{field}`", meaning) for field, meaning in FIELDS]
    parts.append("\n".join(_table("## The fields of an entry", ("field", "meaning"), fields)))
    return "\n".join(parts)


def _below(group: click.Group, context: click.Context) -> Iterator[tuple[click.Context, click.Command]]:
    """Yield the commands of a group and those of the groups in it, each with a context of its own."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        own = _context(command, name, context)
        yield own, command
        if isinstance(command, click.Group):
            yield from _below(command, own)


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return command.make_context(name, [], parent, resilient_parsing=True, terminal_width=WIDTH)


def _section(title: str, text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n" + "\n".join(lines) + "\n```\n"


def _table(title: str, head: tuple[str, str], rows: Iterable[tuple[object, str]]) -> Iterator[str]:
    yield f"{title}\n\n| {head[0]} | {head[1]} |"
    yield "|---|---|"
    yield from (f"| {first} | {second} |" for first, second in rows)
    yield ""


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
