import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.settings import Settings
from cli.instance import settings_of
from devstack.sandbox.account import TOKEN
from standalone.run_file import RunFile

ROOT = Path(__file__).parents[2]
PUSH = ROOT / "tests" / "payloads" / "github" / "push_several.json"
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


@pytest.fixture
def instance(tmp_path):
    """The environment of an instance that runs as `make run` runs it, on a free port and with nothing set."""
    ours = ("AWS_", "NOKO_", "TALLYHOOK_", "GITHUB_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    clean |= {"TALLYHOOK_DATA": str(tmp_path / "data"), "AWS_CONFIG_FILE": str(tmp_path / "none"), "PORT": "0"}
    command = [sys.executable, "-m", "cli", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=clean, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        (card,) = _cards(tmp_path / "data", process)
        yield {**clean, "PORT": card.stem.removeprefix("run-")}
        process.send_signal(signal.SIGINT)


def _cards(data, process):
    end = time.monotonic() + 30
    while not (found := list(data.glob("run-*.json"))):
        assert process.poll() is None, "the instance did not start"
        assert time.monotonic() < end, "the instance left no card"
        time.sleep(0.05)
    return found


def _tallyhook(*words, environment):
    command = [sys.executable, "-c", "from cli.main import main; main()", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.journey
def test_commands_find_a_running_instance_by_its_card(instance):
    checked = _tallyhook("check", "--json", environment=instance)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    levels = {line["check"]: line["level"] for line in map(json.loads, checked.stdout.splitlines())}
    looked_at = ("settings", "instance", "routing file", "token", "names", "other integrations")
    assert levels == dict.fromkeys(looked_at, "ok")

    sent = _tallyhook("send", str(PUSH), environment=instance)
    assert sent.returncode == 0, sent.stderr
    drafts = json.loads(sent.stdout)["drafts"]
    assert drafts
    end = time.monotonic() + 30
    while time.monotonic() < end:
        listed = _tallyhook("entries", environment=instance)
        entries = {line["key"]: line for line in map(json.loads, listed.stdout.splitlines())}
        if set(entries) == {draft["key"] for draft in drafts}:
            break
    assert set(entries) == {draft["key"] for draft in drafts}

    key = drafts[0]["key"]
    told = _tallyhook("entry", key.removeprefix("github:")[:10], environment=instance)
    assert told.returncode == 0, told.stderr
    assert key in told.stdout
    missing = _tallyhook("entry", "8f3c2d1", environment=instance)
    assert missing.returncode == 1
    assert "Recent Deliveries" in missing.stdout
    other = _tallyhook("entries", environment={**instance, "PORT": "1"})
    assert other.returncode == 3
