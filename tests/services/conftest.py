import pytest
from fakes.house import FakeHouse


@pytest.fixture
def house():
    return FakeHouse()
