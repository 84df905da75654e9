"""Where the token for GitHub's API comes from, and who gets to see GitHub at all."""

import pytest
from fakes.house import FakeHouse
from fakes.telemetry import FakeTelemetry

from chalicelib.bootstrap import House
from chalicelib.errors import ConfigurationError, StoreUnavailable
from chalicelib.settings import Settings


def house_with(secrets=None, **env):
    house = House(Settings.from_env(env), telemetry=FakeTelemetry())
    house.ports = FakeHouse().ports
    if secrets is not None:
        house.secrets = secrets
    return house


class Token:
    def __init__(self, *answers):
        self.answers = list(answers)

    def github_token(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_the_token_and_the_base_come_from_the_environment():
    settings = Settings.from_env({"GITHUB_TOKEN": " t \n", "GITHUB_API_URL": "https://ghe.example/api/v3/"})
    assert (settings.github_token, settings.github_base_url) == ("t", "https://ghe.example/api/v3")
    assert "'t'" not in repr(settings)
    plain = Settings.from_env({"GITHUB_TOKEN": " "})
    assert (plain.github_token, plain.github_base_url) == (None, "https://api.github.com")


@pytest.mark.parametrize("url", ["http://ghe.example/api/v3", "ftp://x", "https://u@h/", "https://h/?a", "x"])
def test_a_base_that_would_give_the_token_away_is_refused(url):
    with pytest.raises(ConfigurationError, match="GITHUB_API_URL"):
        Settings.from_env({"GITHUB_API_URL": url})


def test_a_fake_on_this_machine_may_be_asked_without_tls():
    assert Settings.from_env({"GITHUB_API_URL": "http://127.0.0.1:5"}).github_base_url == "http://127.0.0.1:5"


def test_without_a_token_there_is_no_github():
    assert house_with().with_github.github is None


def test_with_a_token_there_is_one_and_it_is_the_same_each_time():
    house = house_with(GITHUB_TOKEN="t")
    assert house.with_github.github is not None
    assert house.with_github.github is house.with_github.github
    assert house.ports.github is None, "the door needs none"


def test_who_does_not_ask_github_reads_no_token_for_it():
    house = house_with(Token(), GITHUB_TOKEN="t")
    assert house.stamped.github is None
    assert house.ports.github is None


def test_a_token_that_is_configured_later_is_seen_and_one_that_cannot_be_read_stops_nothing():
    house = house_with(Token(None, StoreUnavailable("ssm"), "t"))
    assert [house.with_github.github is None for _ in range(3)] == [True, True, False]
