"""`tallyhook explain`: what would be read in a commit message. Needs no instance, and starts fast."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from chalicelib.domain.directive import Rules, as_json, read
from cli.parameter import DATE, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.desk import Desk
    from cli.terminal import Terminal

LATEST_OFFSET = dt.timedelta(hours=14)
"""A date is in the future only if it is so everywhere on earth."""


@click.command(short_help="Show what would be read in a commit message.")
@click.argument("message", required=False)
@click.option(
    "--batch", is_flag=True, help="Read messages from stdin, a JSON string a line; answer with a JSON line each."
)
@click.option("--today", type=DATE, metavar="DATE", help="Take this day for today; later dates lie in the future.")
@click.option("--project", "projects", multiple=True, metavar="NAME", help="A project that there is; may be repeated.")
@click.option("--require-brackets", is_flag=True, help="Read only [f:90], and not a bare f:90.")
@json_option
@click.pass_obj
def explain(
    desk: Desk,
    *,
    message: str | None,
    batch: bool,
    today: dt.date | None,
    projects: tuple[str, ...],
    require_brackets: bool,
    as_json: bool,
) -> None:
    """Show what Tallyhook would read in MESSAGE (`-` is stdin): the time, or why there is none.

    Nothing is sent anywhere, and nothing needs to run. Without --project any project's name is taken as it is.
    """
    if (message is None) is not batch:
        raise click.UsageError("give one MESSAGE, or --batch and messages on stdin")
    rules = Rules(require_brackets=require_brackets, projects=frozenset(projects) or None)
    latest = today or (dt.datetime.now(dt.UTC) + LATEST_OFFSET).date()
    if message is None:
        for text in _batch():
            desk.terminal.record(_reading(text, today=latest, rules=rules))
            sys.stdout.flush()
        return
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if message == "-" else message
    reading = _reading(text, today=latest, rules=rules)
    if as_json:
        desk.terminal.record(reading)
    else:
        _show(reading, desk.terminal)


def _reading(text: str, *, today: dt.date, rules: Rules) -> dict[str, Any]:
    return dict(as_json(read(text, today=today, rules=rules)))


def _batch() -> Iterator[str]:
    # Bytes, because only a line feed ends a line: a JSON string may hold any other separator as it is.
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = json.loads(line)
        except (ValueError, RecursionError):
            text = None
        if not isinstance(text, str):
            raise click.UsageError(f"line {number} is no JSON string; the lines before it are answered")
        yield text


def _show(reading: dict[str, Any], terminal: Terminal) -> None:
    match reading["result"]:
        case "time":
            terminal.show((f"{reading['minutes']} minutes", "bold green"), "  ", reading["description"])
            for name in ("date", "project"):
                if name in reading:
                    terminal.show(f"  {name:<9}", str(reading[name]))
            if reading["tags"]:
                terminal.show("  tags     ", ", ".join(reading["tags"]))
        case "none":
            terminal.show(("nothing", "bold"), ": there is no time in it. Time is written like [f:1h30m]")
        case result:
            terminal.show((str(result), "bold yellow"), ": ", reading["why"])
