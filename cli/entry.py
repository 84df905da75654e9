"""`tallyhook entry`, which answers "why is my commit not there?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.entry_json import story_record
from cli.entry_text import tell
from cli.failure import FAILED
from cli.parameter import json_option
from cli.story import SEARCHED_DAYS, Unheard, known, search

if TYPE_CHECKING:
    from cli.desk import Desk
    from cli.story import Story


@click.command(short_help="Tell everything about one commit or entry.")
@click.argument("key", metavar="KEY|SHA")
@json_option
@click.pass_context
def entry(context: click.Context, *, key: str, as_json: bool) -> None:
    """Tell what became of a commit, or of any other entry: what happened, what happens next, what you can do.

    KEY is an entry's key or a commit's SHA; its first four digits are enough where no other commit begins with
    them. A commit that became no entry is answered too: why, or how far it got. Exit code 1 means that no
    delivery of the last 30 days holds it.
    """
    desk: Desk = context.obj
    ports = desk.site().ports
    story: Story | None = known(key, ledger=ports.ledger)
    if story is None:
        desk.terminal.say(f"neither an entry nor a note: looking through the deliveries of {SEARCHED_DAYS} days …")
        story = search(key, ledger=ports.ledger, now=ports.clock.now())
    now, throttle = ports.clock.now(), ports.throttle.state()
    if as_json:
        desk.terminal.record(story_record(story, throttle=throttle, now=now))
    else:
        for line in tell(story, throttle=throttle, now=now):
            desk.terminal.show(*line)
    if isinstance(story, Unheard):
        context.exit(FAILED)
