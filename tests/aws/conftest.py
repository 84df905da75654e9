"""Adapters on the emulator, each test with an account of its own."""

import itertools

import pytest
from fakes.clock import START
from fakes.emulator import Emulator

from chalicelib.aws.table import DynamoTable
from chalicelib.table.ledger import TableLedger

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
    return DynamoTable(emulator.dynamodb, emulator.table, now=lambda: START)


@pytest.fixture
def ledger(table, account):
    return TableLedger(table, account=account)
