"""`tallyhook`: the entry point. Each command is a file of its own, loaded when it is asked for."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from typing import Any

import click

from chalicelib import __version__
from cli.desk import Desk
from cli.failure import EXIT_CODES, exit_codes
from cli.group import Lazy

COMMANDS = {
    "serve": "cli.serve",
    "explain": "cli.explain",
    "check": "cli.check",
    "send": "cli.send",
    "entries": "cli.entries",
    "entry": "cli.entry",
    "replay": "cli.replay",
    "amend": "cli.amend",
    "route": "cli.route",
    "resolve": "cli.resolve",
    "dismiss": "cli.dismiss",
    "approve": "cli.approvals.approve",
    "approvals": "cli.approvals.group",
    "audit": "cli.audit",
    "catch-up": "cli.catch_up",
    "backfill": "cli.backfill",
    "export": "cli.archive.export",
    "import": "cli.archive.import_:import_",
    "compare": "cli.archive.compare",
    "backup": "cli.archive.backup",
    "restore": "cli.restore",
    "forms": "cli.forms.group",
    "noko": "cli.noko.group",
    "tags": "cli.tags.group",
    "secrets": "cli.secrets.group",
}
"""Every command, in the order of the help, and the module that holds it under its own name."""


class Commands(Lazy):
    """The group that gives every error its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with exit_codes():
            return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - Click's
        """List the exit codes."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in EXIT_CODES])


@click.group(
    cls=Commands,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--stage", metavar="NAME", help="Work on the deployed stack tallyhook-NAME; without it, on the instance on PORT."
)
@click.option("--verbose", is_flag=True, help="Tell on stderr what happens underneath.")
@click.version_option(__version__, prog_name="tallyhook")
@click.pass_context
def tallyhook(context: click.Context, *, stage: str | None, verbose: bool) -> None:
    """Look into Tallyhook, which turns pushes into Noko time entries, and move on what waits for a person.

    Started with the same environment as `tallyhook serve`, it works on that instance. Results go to stdout, words to
    stderr. What changes data shows what it will do and asks, unless --yes.
    """
    desk = context.obj or Desk.of_this_process()
    context.obj = replace(desk, stage=stage, verbose=verbose)


def main() -> None:
    """Run the command line."""
    # Python has None for a stream that was closed before it started; a change must not end in a traceback over that.
    nowhere = io.TextIOWrapper(io.BytesIO(), write_through=True)
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows only ASCII is no reason to fail
    tallyhook(prog_name="tallyhook")
