import stat

import pytest

from chalicelib.domain.routing_table import Form
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Settings
from devstack.environment import (
    complete,
    form_secret_file,
    kept_form_secrets,
    kept_webhook_secret,
    wants_sandbox,
    without_noko,
)
from devstack.sandbox.account import TOKEN


def completed(env, sandbox=None):
    return complete(env, webhook_secret="made-up", sandbox=sandbox)


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({}, True),
        ({"NOKO_TOKEN": "t"}, False),
        ({"NOKO_ACCESS_TOKEN": "t"}, False),
        ({"NOKO_BASE_URL": "https://noko.example/v2"}, False),
        ({"NOKO_BASE_URL": "", "NOKO_TOKEN": " "}, True),
    ],
)
def test_the_sandbox_stands_in_only_when_nothing_names_a_noko(env, wanted):
    assert wants_sandbox(env) is wanted


def test_a_token_alone_means_the_real_noko():
    assert completed({"NOKO_TOKEN": "t"})["NOKO_BASE_URL"] == "https://api.nokotime.com/v2"


def test_a_base_url_is_taken_as_it_is():
    env = {"NOKO_TOKEN": "t", "NOKO_BASE_URL": "https://noko.example/v2"}
    assert completed(env)["NOKO_BASE_URL"] == "https://noko.example/v2"


def test_a_base_url_elsewhere_needs_a_token():
    with pytest.raises(ConfigurationError, match="NOKO_TOKEN"):
        completed({"NOKO_BASE_URL": "https://noko.example/v2"})


def test_a_sandbox_that_runs_alone_needs_none():
    assert completed({"NOKO_BASE_URL": "http://127.0.0.1:8100/v2"})["NOKO_TOKEN"] == TOKEN


def test_the_user_s_secrets_stand_over_the_made_up_one():
    assert completed({"NOKO_TOKEN": "t", "GITHUB_WEBHOOK_SECRETS": "a,b"})["GITHUB_WEBHOOK_SECRETS"] == "a,b"
    assert completed({"NOKO_TOKEN": "t"})["GITHUB_WEBHOOK_SECRETS"] == "made-up"


def test_demo_tests_and_bench_see_no_noko_no_ports_and_no_store_of_the_user():
    env = {
        "PATH": "/bin",
        "NOKO_TOKEN": "t",
        "NOKO_BASE_URL": "u",
        "PORT": "1",
        "STORE": "aws",
        "AWS_ENDPOINT_URL": "e",
        "AWS_PROFILE": "p",
        "TALLYHOOK_TABLE": "x",
        "LEASE_SECONDS": "9",
        "ROUTING_FILE": "r",
        "GITHUB_TOKEN": "t",
        "GITHUB_API_URL": "u",
    }
    assert without_noko(env) == {"PATH": "/bin"}


def test_a_made_up_secret_is_kept_and_only_its_owner_may_read_it(tmp_path):
    first = kept_webhook_secret(tmp_path / "data")
    assert len(first) >= 32
    assert kept_webhook_secret(tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "webhook-secret").stat().st_mode) == 0o600


def test_forms_without_a_secret_get_one_that_is_kept_and_fits_their_preset(tmp_path):
    forms = (Form("desk"), Form("time-sheet"), Form("hooks", preset="standard-webhooks"))
    settings = Settings.from_env({"FORM_TIME_SHEET_SECRETS": "set"})
    made_up = kept_form_secrets(tmp_path / "data", settings, forms)
    assert made_up.keys() == {"desk", "hooks"}
    assert len(made_up["desk"]) >= 32
    assert made_up["hooks"].startswith("whsec_")
    assert kept_form_secrets(tmp_path / "data", settings, forms) == made_up
    assert stat.S_IMODE(form_secret_file(tmp_path / "data", "desk").stat().st_mode) == 0o600
    assert without_noko({"FORM_DESK_SECRETS": "s"}) == {}
