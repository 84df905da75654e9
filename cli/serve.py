"""`tallyhook serve`: everything on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cli.desk import Desk


@click.command(short_help="Serve everything on this machine until told to stop.")
@click.option("--host", metavar="ADDRESS", help="The IP address to listen on, in place of HOST (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port, in place of PORT (8000); 0 takes a free one.")
@click.option("--log-format", type=click.Choice(["text", "json"]), help="In place of LOG_FORMAT (text).")
@click.pass_context
def serve(context: click.Context, *, host: str | None, port: int | None, log_format: str | None) -> None:
    """Run the door, the workers and the tick in this process, on an SQLite file in the data folder.

    Settings come from the environment. SIGTERM and Ctrl-C close the door and let finish what is under way, for 15
    seconds; a second one ends it at once. Exit code 0 when all was finished; 1 when something broke or was cut off,
    which the next start mends; 3 when something has to be configured first.

    There is no TLS: listen beyond 127.0.0.1 only behind a proxy, in a container or on a network of your own.
    """
    from devstack.stand_in import DevstackStandIns  # noqa: PLC0415 - other commands need neither server nor stand-ins
    from standalone.serve import serve as serve_until_stopped  # noqa: PLC0415

    desk: Desk = context.obj
    if desk.stage is not None:
        raise click.UsageError("serve runs on this machine, not on a stage")
    given = {"HOST": host, "PORT": None if port is None else str(port), "LOG_FORMAT": log_format}
    environment = {**desk.environment, **{name: value for name, value in given.items() if value is not None}}
    context.exit(serve_until_stopped(environment, stand_ins=DevstackStandIns()))
