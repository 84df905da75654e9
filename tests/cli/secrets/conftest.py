"""A stage's secrets on the emulator's SSM, in virtual time, and a command line before them."""

import itertools
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from fakes.clock import FakeClock
from fakes.emulator import Emulator
from fakes.parameters import VirtualSsm

from chalicelib.domain.routing_table import Digest, Form, Routing
from cli.desk import Desk
from cli.main import tallyhook
from cli.secrets.office import Office
from cli.secrets.parameters import Parameters
from cli.terminal import Terminal

ROUTING = Routing(
    forms=(Form("desk", preset="page"), Form("hours", preset="standard-webhooks"), Form("time-sheet")),
    digest=Digest("08:00", ("slack", "https://hooks.acme.example/t")),
)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def emulator():
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture(scope="session")
def client(emulator):
    return emulator.client("ssm", attempts=1)


@dataclass
class Vault:
    """What a stage's SSM holds, behind the command line's back."""

    prefix: str
    clock: FakeClock
    ssm: VirtualSsm
    routing: Routing

    @property
    def parameters(self):
        return Parameters(self.ssm, prefix=self.prefix)

    def put(self, name, value, **more):
        return self.ssm.put(f"{self.prefix}/{name}", value, **more)

    def value(self, name):
        held = self.parameters.read(name)
        return None if held is None else held.value

    def version(self, name):
        held = self.parameters.read(name)
        return 0 if held is None else held.version

    def office(self):
        return Office(self.parameters, self.routing, self.clock)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def vault(client, clock):
    return Vault(f"/tallyhook-{next(_numbers)}", clock, VirtualSsm(client, clock), ROUTING)


@pytest.fixture
def run(vault):
    """Run `tallyhook --stage dev secrets …`, as a pipe would unless told otherwise."""

    def invoke(*words, typed=None, attended=False, draws=False):
        def nothing(*_, **__):
            raise AssertionError("the table and Noko are none of its business")

        desk = Desk({}, Terminal(attended=attended, draws=draws), nothing, open_office=lambda *_, **__: vault.office())
        words = ["--stage", "dev", "secrets", *map(str, words)]
        result = CliRunner().invoke(tallyhook, words, input=typed, obj=desk)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke
