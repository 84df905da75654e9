import os

import pytest
from fakes.telemetry import FakeTelemetry

from chalicelib.bootstrap import House
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
