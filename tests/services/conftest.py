import pytest
from fakes.house import FakeHouse, delivery, draft

from chalicelib.services.intake import take


@pytest.fixture
def house():
    return FakeHouse()


@pytest.fixture
def pushed(house):
    """Three entries, logged at noon of the 30th of June in a store that was stamped before."""
    house.stamp()
    take(delivery(*(draft(n) for n in (1, 2, 3))), ports=house.ports)
    house.run(minutes=2)
    return house
