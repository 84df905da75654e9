"""`tallyhook route`: give a held entry its route by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.services import replay as service
from cli.move import Asking, Move, carry_out, named
from cli.parameter import json_option, yes_option

if TYPE_CHECKING:
    from chalicelib.domain.entry import Entry
    from cli.desk import Desk


@click.command(short_help="Say where a held entry goes.")
@click.argument("key", metavar="KEY|SHA")
@click.option("--project", required=True, metavar="NAME|ID", help="Name or id of a Noko project.")
@click.option("--person", required=True, metavar="EMAIL|ID", help="E-mail or id of a Noko user.")
@yes_option
@json_option
@click.pass_obj
def route(
    desk: Desk,
    *,
    key: str,
    project: str,
    person: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Send a held entry to a project in a person's name, whatever the routing file says.

    Neither is created: both must be active in Noko.
    """
    site = desk.site()
    ports, routing = site.ports, site.routing()

    def act(key: str) -> Entry:
        return service.route(key, project=project, person=person, ports=ports, routing=routing)

    move = Move("route", f"sent to project {project} in the name of {person}", act)
    carry_out(move, named([key], ledger=ports.ledger), desk=desk, asking=Asking(yes=yes, as_json=as_json))
