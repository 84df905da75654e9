"""The command line knows the secrets of its environment and prints none, whatever it is asked and however it fails."""

import json
import os

import pytest
from click.testing import CliRunner
from fakes.table import MemoryTable

from chalicelib.settings import Settings
from cli.desk import Desk, Site
from cli.main import tallyhook
from cli.terminal import Terminal
from standalone.run_file import RunFile
from standalone.wsgi import WsgiServer

SHA = "a" * 40
COMMIT = {
    "id": SHA,
    "message": "Fix [f:45m]",
    "timestamp": "2026-06-30T14:05:00+02:00",
    "author": {"email": "jane@acme.example"},
}
PUSH = {"ref": "refs/heads/main", "repository": {"full_name": "acme/website"}, "commits": [COMMIT]}


@pytest.fixture
def environment(canary, tmp_path):
    secrets = f"{canary.webhook},{canary.previous}"
    return {
        "GITHUB_WEBHOOK_SECRETS": secrets,
        "NOKO_TOKEN": canary.personal,
        "NOKO_ACCESS_TOKEN": canary.bearer,
        "NOKO_BASE_URL": "http://127.0.0.1:1/v2",
        "TALLYHOOK_DATA": str(tmp_path),
    }


@pytest.fixture
def run(house, environment, net):
    """Run the command line, and take in what it printed."""

    def invoke(*words):
        def connect(*_, **__):
            settings = Settings.from_env(environment)
            return Site(ports=house.ports, table=MemoryTable(), settings=settings, routing=lambda: house.routing)

        desk = Desk(environment=environment, terminal=Terminal(attended=False, draws=False), connect=connect)
        result = CliRunner().invoke(tallyhook, [*words], obj=desk)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        net.catch(result.output, result.stdout, result.stderr)
        return result

    return invoke


@pytest.fixture
def instance(house, move_in, environment, tmp_path):
    """The door on a port, with the card that an instance leaves."""
    server = WsgiServer(move_in(house))
    environment["PORT"] = str(server.port)
    yield RunFile(os.getpid(), server.port, sandbox=True, environment={}).write(tmp_path)
    server.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "push.json"
    path.write_text(json.dumps(PUSH), encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("instance")
def test_a_push_is_sent_and_looked_at_without_a_secret_on_the_screen(net, house, run, file):
    assert run("send", file).exit_code == 0
    assert run("send", file, "--json").exit_code == 0
    house.run(minutes=5)
    for words in (["entries"], ["entries", "--json"], ["entry", SHA], ["entry", SHA, "--json"]):
        result = run("--verbose", *words)
        assert result.exit_code == 0
        assert "logged" in result.stdout
    assert net.hits() == []


@pytest.mark.parametrize("revoked", [False, True])
def test_the_check_names_no_token_that_works_or_does_not(net, house, run, revoked):
    if revoked:
        house.sandbox.credentials.revoke()
    for words in (["check"], ["check", "--json"], ["--verbose", "check"]):
        assert (run(*words).exit_code == 4) is revoked
    assert net.hits() == []


@pytest.mark.parametrize("spoiled", [{"LEASE_SECONDS": "x"}, {"NOKO_BASE_URL": "https://{0}:{0}@noko.example/v2"}])
def test_the_check_does_not_quote_what_is_wrong_with_a_setting_that_holds_a_secret(
    net, canary, environment, run, spoiled
):
    environment |= {name: value.format(canary.personal) for name, value in spoiled.items()}
    assert run("check").exit_code == 3
    assert net.hits() == []


@pytest.mark.usefixtures("instance")
def test_a_signature_that_is_not_accepted_is_not_shown(net, house, run, file):
    house.secrets.github = ("another-secret",)
    result = run("--verbose", "send", file)
    assert result.exit_code == 4
    assert net.hits() == []


def test_the_card_holds_no_secret(net, instance):
    net.catch(instance.read_text(encoding="utf-8"))
    assert net.hits() == []
