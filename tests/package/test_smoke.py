"""The smoke test tells a door that is open from one that is not: here the real app behind the local gateway."""

import pytest
from botocore.exceptions import ClientError
from fakes.house import FakeHouse

import app
from chalicelib import bootstrap
from infra.deploy.smoke import problems
from standalone.gateway import Gateway
from standalone.wsgi import WsgiServer


class FakeSsm:
    def __init__(self, **values):
        self.values = values

    def get_parameter(self, *, Name, WithDecryption):  # noqa: N803 - boto3's names
        assert WithDecryption
        if Name not in self.values:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self.values[Name]}}


@pytest.fixture
def door():
    house = FakeHouse()
    bootstrap.move_in(house)
    server = WsgiServer(Gateway(app.app), port=0, threads=2)
    yield f"{server.url}/", house
    server.close()


def test_a_door_that_knows_the_secret_is_fine(door):
    base, house = door
    ssm = FakeSsm(**{"/t/github-webhook-secrets": f"{house.secrets.github_webhook()[0]} , old"})
    assert problems(base, ssm, "/t", pause_s=0) == []


def test_a_door_that_knows_another_secret_is_named(door):
    (problem,) = problems(door[0], FakeSsm(**{"/t/github-webhook-secrets": "another"}), "/t", pause_s=0)
    assert problem.startswith("a signed ping is answered 401")


def test_a_missing_secret_is_named(door):
    (problem,) = problems(door[0], FakeSsm(), "/t", pause_s=0)
    assert "/t/github-webhook-secrets cannot be read (ParameterNotFound)" in problem


def test_a_place_where_nobody_answers_is_named(door):
    (problem,) = problems(f"{door[0]}elsewhere/", FakeSsm(), "/t", pause_s=0)
    assert problem.endswith("/elsewhere/healthz answers 403")
