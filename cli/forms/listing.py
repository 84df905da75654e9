"""`tallyhook forms list`: which forms there are, where they send to, and when they last did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.forms.address import address, secrets_of
from cli.moment import iso, spoken
from cli.parameter import json_option
from cli.story import DAY_MS, SEARCHED_DAYS
from cli.terminal import Column

if TYPE_CHECKING:
    from chalicelib.domain.routing_table import Form
    from chalicelib.ports import Ports
    from cli.desk import Desk, Site
    from cli.terminal import Piece

_COLUMNS = (
    Column("form"),
    Column("preset"),
    Column("person"),
    Column("address", ratio=1),
    Column("secret"),
    Column("last submission"),
)


@click.command("list", short_help="List the forms of the routing file.")
@json_option
@click.pass_obj
def list_forms(desk: Desk, *, as_json: bool) -> None:
    """List the forms: preset, address, whether a secret is set, and the last submission of the last 30 days.

    Without PUBLIC_URL the address is that on this machine, or of a stage the path alone.
    """
    site = desk.site()
    latest = _latest(site.ports)
    records = [_record(form, desk, site, latest) for form in site.routing().forms]
    if as_json or not desk.terminal.can_draw:
        for record in records:
            desk.terminal.record(record)
    elif records:
        desk.terminal.table(_COLUMNS, [_row(record, latest) for record in records])
    count = len(records)
    desk.terminal.say(f"{count} {'form' if count == 1 else 'forms'}" if count else "no forms")


def _latest(ports: Ports) -> dict[str, int]:
    now = ports.clock.now()
    latest: dict[str, int] = {}
    for stored in ports.ledger.deliveries(since=now - SEARCHED_DAYS * DAY_MS, until=now):
        name = stored.delivery.form
        if name is not None:
            latest[name] = max(stored.received_at, latest.get(name, 0))
    return latest


def _record(form: Form, desk: Desk, site: Site, latest: dict[str, int]) -> dict[str, Any]:
    last = latest.get(form.name)
    return {
        "form": form.name,
        "preset": form.preset,
        "person": form.person,
        "address": address(form, desk, site),
        "has_secret": bool(secrets_of(form, desk, site)),
        "last_submission": None if last is None else iso(last),
    }


def _row(record: dict[str, Any], latest: dict[str, int]) -> list[Piece]:
    last = latest.get(record["form"])
    return [
        record["form"],
        record["preset"],
        str(record["person"]),
        record["address"],
        "set" if record["has_secret"] else ("none", "red"),
        "" if last is None else spoken(last),
    ]
