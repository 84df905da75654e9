import pytest
from fakes.github import GitHubWorld


@pytest.fixture
def world():
    world = GitHubWorld()
    yield world
    world.close()


@pytest.fixture
def client(world):
    return world.client


@pytest.fixture
def fake(world):
    return world.fake
