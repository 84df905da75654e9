"""`tallyhook secrets list`: what is set, since when, and what does not work without the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from chalicelib.errors import UserError
from cli.moment import iso, spoken
from cli.parameter import json_option
from cli.secrets.catalogue import catalogue
from cli.secrets.rotation import State, Step
from cli.secrets.value import check
from cli.terminal import Column

if TYPE_CHECKING:
    from cli.desk import Desk
    from cli.secrets.catalogue import Secret
    from cli.secrets.office import Office
    from cli.secrets.parameters import Held
    from cli.terminal import Piece

_COLUMNS = (
    Column("secret"),
    Column("state"),
    Column("count", right=True),
    Column("version", right=True),
    Column("last changed", ratio=1),
)


@dataclass(frozen=True, slots=True)
class _Row:
    secret: Secret
    held: Held | None
    state: State | None
    """Of a list only."""

    @property
    def rotation(self) -> str | None:
        """The step of a rotation under way."""
        return self.state.step.value if self.state and self.state.step in {Step.ADDED, Step.LEADS} else None

    @property
    def problem(self) -> str | None:
        """What is wrong with it, without a word of what it is."""
        if self.held is None:
            return f"is missing: {self.secret.without}" if self.secret.needed else None
        try:
            check(",".join(self.state.secrets) if self.state else self.held.value.strip(), self.secret.kind)
        except UserError as error:
            return f"may be of no use: {error}"
        return None if self.held.encrypted else "is not encrypted: delete it, and set it anew"


@click.command("list", short_help="List the secrets of a stage: which are set, and which are missing.")
@json_option
@click.pass_obj
def list_secrets(desk: Desk, *, as_json: bool) -> None:
    """List what the functions of a stage can read: whether it is set, how many secrets it holds, and since when.

    No secret is shown. What is missing is what the routing file here asks for; it should be the one that was deployed.
    `added` and `leads` are rotations under way: `tallyhook secrets rotate` goes on with them.
    """
    rows = _rows(desk.office())
    for row in rows:
        if as_json or not desk.terminal.can_draw:
            desk.terminal.record(_record(row))
    if desk.terminal.can_draw and not as_json:
        desk.terminal.table(_COLUMNS, [_cells(row) for row in rows])
    for row in rows:
        if row.problem is not None:
            desk.terminal.say((f"{row.secret.name} ", "bold"), (row.problem, "red"))
    there = sum(row.held is not None for row in rows)
    desk.terminal.say(f"{there} set, {sum(row.secret.needed and row.held is None for row in rows)} missing")


def _rows(office: Office) -> list[_Row]:
    found = {held.name: held for held in office.parameters.all()}
    secrets = catalogue(office.routing, {name: held.value.strip() for name, held in found.items()})
    return [_row(secret, found.get(secret.name), office) for secret in secrets]


def _row(secret: Secret, held: Held | None, office: Office) -> _Row:
    if not secret.kind.is_list:
        return _Row(secret, held, None)
    several = held is not None and "," in held.value
    noted = office.parameters.read(secret.name) if several else held  # one alone is in no rotation
    return _Row(secret, noted, State.of(noted))


def _record(row: _Row) -> dict[str, Any]:
    return {
        "name": row.secret.name,
        "needed": row.secret.needed,
        "set": row.held is not None,
        "secrets": None if row.state is None else len(row.state.secrets),
        "version": None if row.held is None else row.held.version,
        "changed_at": None if row.held is None else iso(row.held.changed_at),
        "rotation": row.rotation,
        "problem": row.problem,
    }


def _cells(row: _Row) -> list[Piece]:
    missing: Piece = ("missing", "red") if row.secret.needed else "–"
    return [
        row.secret.name,
        missing if row.held is None else (row.rotation or "set", "yellow" if row.rotation else "green"),
        str(len(row.state.secrets)) if row.state and row.held else "",
        "" if row.held is None else str(row.held.version),
        "" if row.held is None else spoken(row.held.changed_at),
    ]
