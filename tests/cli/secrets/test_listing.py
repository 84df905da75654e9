"""`secrets list`: what is set and what is missing, and never a secret."""

import json

import pytest

from chalicelib.errors import ConfigurationError
from cli.secrets.office import open_office
from cli.stack import SETTINGS

SECRETS = {
    "github-webhook-secrets": "canary-one,canary-two",
    "noko-token": "canary-three",
    "form-desk-secrets": "canary-four-that-is-long-enough-to-sign",
    "form-gone-password": "canary-of-a-form-that-went",
    "notify-slack-url": "https://hooks.slack.com/services/canary",
}


@pytest.fixture
def listed(run, vault):
    for name, value in SECRETS.items():
        vault.put(name, value)
    return lambda: {line["name"]: line for line in map(json.loads, run("list").stdout.splitlines())}


def test_each_has_a_line_with_counts_and_dates_and_no_secret(run, listed):
    lines = listed()
    hooks = lines["github-webhook-secrets"]
    assert (hooks["set"], hooks["needed"], hooks["secrets"], hooks["version"]) == (True, True, 2, 1)
    assert hooks["changed_at"] == "2026-06-30T12:00:00Z"
    assert (lines["noko-token"]["secrets"], lines["noko-token"]["set"]) == (None, True)
    assert (lines["form-time-sheet-secrets"]["set"], lines["form-time-sheet-secrets"]["needed"]) == (False, True)
    assert (lines["form-gone-password"]["set"], lines["form-gone-password"]["needed"]) == (True, False)
    for result in (run("list"), run("list", draws=True), run("list", "--json", draws=True)):
        assert result.exit_code == 0
        assert "canary" not in result.stdout + result.stderr


@pytest.mark.usefixtures("listed")
def test_what_is_missing_is_told_with_what_does_not_work(run):
    said = run("list").stderr
    assert "form-time-sheet-secrets is missing: form time-sheet takes nothing" in said
    assert "notify-secrets is missing: no letter but those to Slack is sent" in said
    assert "github-token is missing" not in said
    assert "5 set, 3 missing" in said


@pytest.mark.usefixtures("listed")
def test_for_people_it_is_a_table(run):
    shown = run("list", draws=True).stdout
    assert "github-webhook-secrets" in shown
    assert "missing" in shown
    assert "2026-06-30 12:00:00 UTC" in shown


def test_a_rotation_under_way_is_shown_by_its_step(run, vault, listed):
    assert listed()["github-webhook-secrets"]["rotation"] is None
    run("set", "github-webhook-secrets", "--yes", typed="canary-one")
    run("rotate", "github-webhook-secrets", "--yes", typed="canary-two")
    assert listed()["github-webhook-secrets"]["rotation"] == "leads"
    vault.put("github-webhook-secrets", "by,hand", Description=vault.parameters.read("github-webhook-secrets").note)
    assert listed()["github-webhook-secrets"]["rotation"] is None


@pytest.mark.parametrize(
    ("name", "value", "more", "said"),
    [
        ("form-desk-secrets", "canary", {}, "32 characters"),
        ("notify-secrets", "canary", {}, "24 bytes"),
        ("form-desk-password", "canary", {}, "12 characters"),
        ("github-webhook-secrets", "canary", {"Type": "String"}, "is not encrypted"),
    ],
)
def test_what_is_set_and_of_no_use_is_told(run, vault, name, value, more, said):
    vault.put(name, value, **more)
    result = run("list")
    assert f"{name} " in result.stderr
    assert said in result.stderr
    assert "canary" not in result.stderr + result.stdout


def test_a_line_end_that_a_file_brought_along_is_no_problem(run, vault):
    vault.put("noko-token", "t\n")
    vault.put("github-webhook-secrets", " new , old,, \n")
    line = next(json.loads(line) for line in run("list").stdout.splitlines() if "webhook" in line)
    assert (line["secrets"], line["problem"]) == (2, None)


def test_without_a_stage_it_is_said_where_the_secrets_of_an_instance_are():
    with pytest.raises(ConfigurationError, match="environment") as raised:
        open_office({}, stage=None)
    assert raised.value.exit_code == 3


def test_a_deployed_stage_is_found_by_its_outputs(emulator, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    formation = emulator.client("cloudformation")
    values = {name: {"Value": "https://noko.example/v2" if "Url" in name else "/tallyhook-found"} for name in SETTINGS}
    values |= {name: {"Value": "400"} for name in SETTINGS if name.startswith("Keep")}
    queue = {"Type": "AWS::SQS::Queue"}
    body = json.dumps({"Resources": {"Queue": queue}, "Outputs": values})
    formation.create_stack(StackName="tallyhook-found", TemplateBody=body)
    office = open_office({}, stage="found")
    office.parameters.write("noko-token", "t", seen=0, note=str)
    answer = emulator.client("ssm").get_parameter(Name="/tallyhook-found/noko-token", WithDecryption=True)
    assert answer["Parameter"]["Value"] == "t"
    with pytest.raises(ConfigurationError, match="tallyhook-nowhere"):
        open_office({}, stage="nowhere")
