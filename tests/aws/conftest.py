"""Adapters on the emulator, each test with an account of its own."""

import itertools

import pytest
from fakes.clock import START
from fakes.emulator import Emulator

from chalicelib.aws.ledger import AwsLedger
from chalicelib.aws.table import Table

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def emulator():
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture
def account():
    return f"account{next(_numbers)}"


@pytest.fixture
def table(emulator):
    return Table(emulator.dynamodb, emulator.table, now=lambda: START)


@pytest.fixture
def ledger(table, account):
    return AwsLedger(table, account=account)
