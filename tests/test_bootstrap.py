import os

import pytest
from fakes.house import FakeHouse
from fakes.telemetry import FakeTelemetry

from chalicelib.bootstrap import House
from chalicelib.domain.retention import Retention
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Settings

GOOD = '[defaults]\nproject = "Website"\n'
BAD = '[defaults]\nprojcet = "Website"\n'


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "routing.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def house(path):
    return House(Settings(routing_file=path), telemetry=FakeTelemetry())


def rewrite(path, text, *, seconds):
    path.write_text(text)
    os.utime(path, (seconds, seconds))


def test_the_routing_file_is_read_once_while_it_does_not_change(house):
    assert house.routing is house.routing


def test_a_change_of_the_routing_file_is_taken_over(house, path):
    assert house.routing.defaults.project == "Website"
    rewrite(path, GOOD.replace("Website", "Internal"), seconds=1)
    assert house.routing.defaults.project == "Internal"


def test_a_change_with_problems_leaves_the_file_as_it_was_and_says_so_once(house, path):
    before = house.routing
    rewrite(path, BAD, seconds=1)
    assert house.routing is before
    assert house.routing is before
    assert [name for name, _ in house.telemetry.alarms] == ["routing_file_not_taken_over"]


def test_a_file_with_problems_at_the_start_is_refused_each_time(path):
    path.write_text(BAD)
    house = House(Settings(routing_file=path), telemetry=FakeTelemetry())
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="did you mean"):
            _ = house.routing


def test_nothing_is_posted_unasked_that_is_older_than_the_ledger_remembers(path):
    path.write_text("[defaults]\nmax_age_days = 401\n")
    with pytest.raises(ConfigurationError, match=r"max_age_days is 401.*raise KEEP_ENTRIES_DAYS"):
        _ = House(Settings(routing_file=path), telemetry=FakeTelemetry()).routing
    kept = Settings(routing_file=path, retention=Retention(entries_days=401))
    assert House(kept, telemetry=FakeTelemetry()).routing.defaults.max_age_days == 401


def test_a_stamped_house_knows_since_when_the_store_is_its_own(house):
    world = FakeHouse()
    house.ports = world.ports
    first = house.stamped.stamped_at
    assert abs(first - house.clock.now()) < 60_000
    again = House(house.settings, telemetry=FakeTelemetry())
    again.ports = world.ports
    assert again.stamped.stamped_at == first


def test_the_store_of_another_noko_is_refused(house):
    world = FakeHouse()
    world.ledger.claim_store("default at https://elsewhere.example", now=1)
    house.ports = world.ports
    with pytest.raises(ConfigurationError, match="elsewhere"):
        house.stamped  # noqa: B018 - the look at it is what raises
