"""The store that a command copies: of the instance or stage, or an SQLite file that nobody serves."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib.aws.clock import SystemClock
from chalicelib.errors import ConfigurationError, UserError
from chalicelib.settings import ACCOUNT, Settings
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle
from cli.archive.content import travelling
from standalone.snapshot import items_at_once
from standalone.store import open_store
from standalone.table import SqliteTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.ports import Clock
    from chalicelib.ports.table import Item, Table
    from cli.desk import Desk

STORE = f"{ACCOUNT}#store"


@dataclass(frozen=True, slots=True)
class Place:
    """A store: its table, and its `name` for people. `is_served` unless it is a file that nobody works on."""

    table: Table
    name: str
    noko: str
    clock: Clock
    is_served: bool

    @property
    def throttle(self) -> TableThrottle:
        """The throttle on the table; no slots are taken by it."""
        return TableThrottle(self.table, account=ACCOUNT, interval_ms=1)

    @property
    def owner(self) -> str:
        """Whose it is by the settings."""
        return f"{ACCOUNT} at {self.noko}"

    def stamped(self) -> str | None:
        """Return whose it is by its stamp; None if nobody has used it so far."""
        card = self.table.get(STORE, "store")
        return None if card is None else str(card["owner"])

    def claim(self) -> None:
        """Stamp it if it is fresh; raises ConfigurationError for that of another."""
        card = TableLedger(self.table, account=ACCOUNT).claim_store(self.owner, now=self.clock.now())
        if card.owner != self.owner:
            raise ConfigurationError(f"{self.name} belongs to {card.owner}, not to {self.owner}: set NOKO_BASE_URL")

    def items(self, *, now: int, step: Callable[[int], None]) -> Iterator[Item]:
        """Read what an export holds at `now` (ms): of a file as of one moment, else each item at one of its own.

        `step` is told of each.
        """
        whole = items_at_once(self.table.database) if isinstance(self.table, SqliteTable) else self.table.scan()
        for item in travelling(whole, account=ACCOUNT, now=now):
            yield item
            step(1)


def file_option(command: Any) -> Any:
    """Add `--file`."""
    return click.option(
        "--file",
        "store",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="PATH",
        help="Work on this SQLite store, which nobody serves.",
    )(command)


@contextmanager
def placed(desk: Desk, store: Path | None, *, is_made: bool = False) -> Iterator[Place]:
    """Open what the command means: the file, else the instance or the stage. A file is only made if it `is_made`.

    Raises ConfigurationError where there is nothing, or the store belongs to another; click.UsageError for both.
    """
    if store is None:
        site = desk.site()
        name = f"the store on {desk.stage}" if desk.stage is not None else "the store of the instance"
        yield Place(site.table, name, site.settings.noko_base_url, site.ports.clock, is_served=True)
        return
    if desk.stage is not None:
        raise click.UsageError("--file and --stage name two stores: which one is meant?")
    if not is_made and not store.exists():
        raise UserError(f"there is no {store}")
    settings, clock = Settings.from_env(desk.environment), SystemClock()
    with closing(open_store(store, settings=settings, clock=clock)) as opened:
        yield Place(opened.table, str(store), settings.noko_base_url, clock, is_served=False)
