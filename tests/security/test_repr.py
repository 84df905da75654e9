"""Whatever is printed, by a debugger or in a log, shows no secret."""

import dataclasses

import pytest

from chalicelib.aws.secrets import FixedSecrets, SsmSecrets
from chalicelib.bootstrap import House
from chalicelib.noko.client import NokoClient
from chalicelib.noko.protocol import NewEntry, Token, create, elsewhere, get, headers
from chalicelib.settings import Settings


@pytest.fixture
def environment(canary):
    secrets = f"{canary.webhook}, {canary.previous}"
    return {"GITHUB_WEBHOOK_SECRETS": secrets, "NOKO_TOKEN": canary.personal, "NOKO_ACCESS_TOKEN": canary.bearer}


def test_settings_and_what_is_built_from_them(net, canary, environment):
    for env in (environment, environment | {"NOKO_TOKEN": ""}):
        settings = Settings.from_env(env)
        assert settings.github_secrets == (canary.webhook, canary.previous)
        house = House(settings)
        net.catch(settings, house, house.secrets, dataclasses.replace(settings, table="other"))
    assert net.hits() == []


@pytest.mark.parametrize(
    "spoiled",
    [
        {"LEASE_SECONDS": "x"},
        {"NOKO_BASE_URL": "https://user:{}@noko.example"},
        {"NOKO_BASE_URL": "http://noko.example/?t={}"},
    ],
)
def test_the_complaint_about_settings(net, canary, environment, spoiled):
    filled = {name: value.format(canary.personal) for name, value in spoiled.items()}
    net.crash(lambda: Settings.from_env(environment | filled))
    assert net.hits() == []


@pytest.mark.parametrize("token", ["personal", "bearer"])
def test_tokens_and_requests(net, canary, token):
    secret = Token(getattr(canary, token), bearer=token == "bearer")
    assert getattr(canary, token) in str(headers(secret))
    request = get("https://noko.example/v2", "/users", secret)
    new = NewEntry(None, 1, 1, 1, "d", "https://x")
    net.catch(secret, request, dataclasses.replace(request, url="https://x"), [request], {"r": request}, new)
    net.catch(elsewhere(request, "/v2/entries", allowed_hosts=()))
    with pytest.raises(AttributeError):  # it cannot be made without a date
        create("https://noko.example/v2", secret, new)
    assert net.hits() == []


def test_what_holds_secrets(net, canary, house):
    class Parameters:
        def get_parameter(self, **_):
            return {"Parameter": {"Value": canary.personal}}

    from_ssm = SsmSecrets(Parameters(), prefix="/t", now=lambda: 0)
    assert from_ssm.noko_token() == Token(canary.personal)
    given = FixedSecrets(github=(canary.webhook,), token=Token(canary.personal))
    net.catch(from_ssm, given, given.noko_token(), house.noko, house.ports.intervals)
    assert isinstance(house.noko, NokoClient)
    assert net.hits() == []
