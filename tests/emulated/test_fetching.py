"""Where packages cannot be had, tests that need them are skipped and say so; where they are required, they fail."""

import pytest
from fakes.fetching import NO_NETWORK, REQUIRED, fetched

from infra.build.command import CommandError


def failing(said):
    def action():
        raise CommandError(f"pip … failed:\n{said}")

    return action


@pytest.mark.parametrize("sign", NO_NETWORK)
def test_without_a_network_a_test_is_skipped_and_in_ci_it_fails(monkeypatch, sign):
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="cannot be fetched here: pip"):
        fetched(failing(f"WARNING: {sign} …"))
    monkeypatch.setenv(REQUIRED, "required")
    with pytest.raises(pytest.fail.Exception, match="cannot be fetched here: pip"):
        fetched(failing(f"WARNING: {sign} …"))


def test_whatever_else_is_wrong_is_never_skipped(monkeypatch):
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(CommandError):
        fetched(failing("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"))
    assert fetched(lambda: 7) == 7
