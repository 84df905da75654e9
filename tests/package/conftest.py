"""The package, made once; the template, for each stage; and skips only where no packages can be had."""

import platform
import zipfile

import pytest
from fakes.fetching import fetched

from infra.build import package as packages
from infra.build import template
from infra.build.target import here

ARCH = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
OTHER_ARCH = {"x86_64": "arm64", "arm64": "x86_64"}[ARCH]


@pytest.fixture(scope="session")
def fetch():
    return fetched


@pytest.fixture(scope="session")
def make():
    def made(folder, arch=ARCH, **options):
        return fetched(lambda: packages.make("dev", here(arch), folder, **options))

    return made


@pytest.fixture(scope="session")
def package(make, tmp_path_factory):
    return make(tmp_path_factory.mktemp("package") / "out")


@pytest.fixture(scope="session")
def unzipped(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package.zip) as zipped:
        zipped.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def templates(tmp_path_factory):
    """The merged template of each stage."""
    return {
        stage: template.chalice_package(stage, "x86_64", tmp_path_factory.mktemp(stage))[1]
        for stage in template.stages()
    }
