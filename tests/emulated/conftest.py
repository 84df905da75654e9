"""A stage on an emulated AWS, made of a package once; what follows happens to it in the order of the tests."""

import pytest
from emulated.stage import Stage
from fakes.fetching import fetched


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = fetched(lambda: Stage(tmp_path_factory.mktemp("stage")))
    try:
        fetched(stage.package)
        stage.adapt()
        yield stage
    finally:
        stage.close()
