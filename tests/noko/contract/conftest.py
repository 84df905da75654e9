"""What the contract is tried on: a sandbox in virtual time always, and a server when `make test-noko` names one."""

import os

import pytest
from fakes.noko_account import of_sandbox, of_server
from fakes.throttle import MemoryThrottle

from chalicelib.settings import Settings

SERVER = {
    "NOKO_BASE_URL": os.environ.get("CONTRACT_BASE_URL", ""),
    "NOKO_TOKEN": os.environ.get("CONTRACT_TOKEN", ""),
    "NOKO_ACCESS_TOKEN": os.environ.get("CONTRACT_ACCESS_TOKEN", ""),
}
"""What `make test-noko` hands over. The settings' own names are out of the tests' sight."""
ASKED = "CONTRACT_BASE_URL" in os.environ
FOUND = []
PACE = MemoryThrottle()


def pytest_terminal_summary(terminalreporter):
    """Tell what the server settled of what nobody has verified."""
    if FOUND:
        terminalreporter.section("what this server settles")
        for fact, answer in FOUND:
            terminalreporter.write_line(f"{fact}: {answer}")


def _server():
    settings = Settings.from_env(SERVER)
    if settings.noko_token is None:
        pytest.fail("set NOKO_TOKEN or NOKO_ACCESS_TOKEN, and NOKO_BASE_URL for another server than Noko's own")
    hosts = settings.noko_redirect_hosts
    return of_server(settings.noko_base_url, settings.noko_token, throttle=PACE, allowed_hosts=hosts)


@pytest.fixture(params=["sandbox", *(["server"] if ASKED else [])])
def account(request):
    """An account that is left as it was found, or the test fails."""
    made = of_sandbox() if request.param == "sandbox" else _server()
    yield made
    left = made.leave_nothing()
    assert left == [], f"these entries could not be deleted again: {left}"


@pytest.fixture
def settle(account, record_property):
    """Keep the answer to a question that nobody has verified, when a server gave it."""

    def keep(fact, answer):
        record_property(fact, str(answer))
        if not account.is_sandbox:
            FOUND.append((fact, answer))

    return keep
