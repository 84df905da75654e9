import json
import os
import subprocess
import sys

import pytest

from chalicelib.settings import Settings
from cli.instance import settings_of
from devstack.run_file import RunFile
from devstack.sandbox.account import TOKEN

CARD = {"NOKO_BASE_URL": "http://127.0.0.1:8300/v2", "TALLYHOOK_TABLE": "tallyhook", "SWEEP_SECONDS": "1"}


def _settings(environment, **card):
    return Settings.from_env(settings_of(RunFile(1, 8000, sandbox=True, environment={**CARD, **card}), environment))


def test_the_card_says_where_things_are_and_the_sandbox_token_is_known():
    settings = _settings({})
    assert (settings.noko_base_url, settings.table) == (CARD["NOKO_BASE_URL"], "tallyhook")
    assert settings.noko_token.value == TOKEN
    assert settings.intervals.sweep_ms == 1000


def test_what_the_card_says_goes_before_the_environment_and_the_users_token_before_the_sandboxs():
    settings = _settings({"NOKO_TOKEN": "mine", "TALLYHOOK_TABLE": "another", "ROUTING_FILE": ""})
    assert (settings.noko_token.value, settings.table) == ("mine", "tallyhook")


def test_the_sandbox_token_goes_to_no_other_host():
    assert _settings({}, NOKO_BASE_URL="https://api.nokotime.com/v2").noko_token is None


PROGRAM = """
import os, sys, threading
from pathlib import Path
from chalicelib import bootstrap
from devstack import aws, store
from devstack.environment import ON_THE_CARD
from devstack.run_file import RunFile
from devstack.sandbox import Sandbox, serve

noko, emulator = serve(Sandbox()), aws.serve()
os.environ.update(aws.CREDENTIALS, AWS_ENDPOINT_URL=emulator.url, NOKO_BASE_URL=noko.url)
os.environ.update(store.create(bootstrap.client("dynamodb"), bootstrap.client("sqs")))
card = {name: os.environ[name] for name in ON_THE_CARD if os.environ.get(name)}
port = int(emulator.url.rpartition(":")[2])  # something that listens
RunFile(os.getpid(), port, True, card).write(Path(os.environ["TALLYHOOK_DATA"]))
print(port, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def instance(tmp_path):
    """An instance's store and Noko in a process of their own, as `make run` leaves them."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NOKO_", "TALLYHOOK_"))}
    clean |= {"TALLYHOOK_DATA": str(tmp_path / "data"), "AWS_CONFIG_FILE": str(tmp_path / "none")}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        port = process.stdout.readline().strip()
        yield {**clean, "PORT": port}
        process.stdin.close()


def _tallyhook(*words, environment):
    command = [sys.executable, "-c", "from cli.main import main; main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.journey
def test_commands_find_a_running_instance_by_its_card(instance):
    checked = _tallyhook("check", "--json", environment=instance)
    assert checked.returncode == 0, checked.stderr
    levels = {line["check"]: line["level"] for line in map(json.loads, checked.stdout.splitlines())}
    assert levels == {"settings": "ok", "routing file": "ok", "token": "ok", "names": "ok"}
    listed = _tallyhook("entries", environment=instance)
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "", "no entries\n")
    missing = _tallyhook("entry", "8f3c2d1", environment=instance)
    assert missing.returncode == 1
    assert "Recent Deliveries" in missing.stdout
    other = _tallyhook("entries", environment={**instance, "PORT": "1"})
    assert other.returncode == 3
