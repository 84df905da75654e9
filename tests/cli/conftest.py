import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from fakes.house import FakeHouse
from fakes.table import MemoryTable

from chalicelib.errors import ConfigurationError
from chalicelib.services import intake
from chalicelib.settings import Settings
from cli.desk import Desk, Site
from cli.main import tallyhook
from cli.terminal import Terminal


@pytest.fixture
def house():
    return FakeHouse()


@pytest.fixture
def deliver(house):
    """Take a delivery in, and let everything run."""

    def take(delivery, *, minutes=5):
        intake.take(delivery, ports=house.ports)
        house.run(minutes=minutes)

    return take


@pytest.fixture
def run(house, tmp_path):
    """Run the command line against the house in memory, as a pipe would unless told otherwise."""

    def invoke(*words, typed=None, attended=False, draws=False, environment=None, connect=None):
        values = {"TALLYHOOK_DATA": str(tmp_path / "data"), **(environment or {})}

        def to_the_house(*_, **__):
            settings = Settings.from_env({"NOKO_BASE_URL": "http://127.0.0.1:1/v2", **values})
            return Site(ports=house.ports, table=MemoryTable(), settings=settings, routing=lambda: house.routing)

        terminal = Terminal(attended=attended, draws=draws)
        desk = Desk(environment=values, terminal=terminal, connect=connect or to_the_house)
        result = CliRunner().invoke(tallyhook, [str(word) for word in words], input=typed, obj=desk)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def nowhere():
    """Stands for an environment in which nothing runs."""

    def connect(*_, **__):
        raise ConfigurationError("no instance of Tallyhook runs on port 8000")

    return connect


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]
