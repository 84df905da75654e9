"""What needs packages that are fetched: skipped where there is no network, unless it is required."""

import os

import pytest

from infra.build.command import CommandError

REQUIRED = "PACKAGE_TESTS"
"""Set to `required`, it makes packages that cannot be fetched a failure: so in CI."""
NO_NETWORK = ("connection broken by", "Network is unreachable", "Temporary failure in name resolution")


def fetched(action):
    """Return what `action` returns; skip if it fails because nothing can be fetched here, and only then."""
    try:
        return action()
    except CommandError as error:
        if not any(sign in str(error) for sign in NO_NETWORK):
            raise
        said = f"packages cannot be fetched here: {str(error).splitlines()[0]}"
        return (pytest.fail if os.environ.get(REQUIRED) == "required" else pytest.skip)(said)
