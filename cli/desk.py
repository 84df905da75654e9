"""What every command is handed: the environment, the terminal, and a way to what it works on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cli.telemetry import QuietTelemetry
from cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports, Telemetry
    from chalicelib.ports.table import Table
    from chalicelib.settings import Settings
    from cli.secrets.office import Office


@dataclass(frozen=True, slots=True)
class Site:
    """What a command works on: the ledger, the throttle and the Noko of one instance or deployed stage.

    `table` is what ledger and throttle stand on, for those who copy it. `routing` raises ConfigurationError with all
    problems of the routing file.
    """

    ports: Ports
    table: Table
    settings: Settings
    routing: Callable[[], Routing]


class Connect(Protocol):
    """Finds the site: the instance that `environment` means, or the deployed stage."""

    def __call__(self, environment: Mapping[str, str], *, stage: str | None, telemetry: Telemetry) -> Site:
        """Connect; raise ConfigurationError where there is nothing to work on."""


class OpenOffice(Protocol):
    """Finds what the commands about secrets work with."""

    def __call__(self, environment: Mapping[str, str], *, stage: str | None) -> Office:
        """Open it; raise ConfigurationError where there is none."""


def _open_office(environment: Mapping[str, str], *, stage: str | None) -> Office:
    from cli.secrets.office import open_office  # noqa: PLC0415 - boto3 lies behind it

    return open_office(environment, stage=stage)


@dataclass(frozen=True, slots=True)
class Desk:
    """One command's surroundings. Tests put their own there."""

    environment: Mapping[str, str]
    terminal: Terminal
    connect: Connect
    stage: str | None = None
    verbose: bool = False
    open_office: OpenOffice = _open_office

    @classmethod
    def of_this_process(cls) -> Desk:
        """Return the desk of a real run."""
        return cls(environment=os.environ, terminal=Terminal(), connect=_connect)

    def site(self) -> Site:
        """Connect to what the command works on."""
        return self.connect(self.environment, stage=self.stage, telemetry=QuietTelemetry(verbose=self.verbose))

    def office(self) -> Office:
        """Open the office of secrets of the deployed stage."""
        return self.open_office(self.environment, stage=self.stage)


def _connect(environment: Mapping[str, str], *, stage: str | None, telemetry: Telemetry) -> Site:
    from cli.instance import connect  # noqa: PLC0415 - boto3 lies behind it, and `explain` needs none

    return connect(environment, stage=stage, telemetry=telemetry)
