"""The package, made once; the template, for each stage; and skips only where no packages can be had."""

import platform
import zipfile

import pytest

from infra.build import package as packages
from infra.build import template
from infra.build.command import CommandError
from infra.build.target import here

ARCH = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
OTHER_ARCH = {"x86_64": "arm64", "arm64": "x86_64"}[ARCH]
NO_NETWORK = ("connection broken by", "Network is unreachable", "Temporary failure in name resolution")


def fetched(action):
    """Return what `action` returns; skip if it fails because nothing can be fetched here, and only then."""
    try:
        return action()
    except CommandError as error:
        if any(sign in str(error) for sign in NO_NETWORK):
            pytest.skip(f"packages cannot be fetched here: {str(error).splitlines()[0]}")
        raise


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
