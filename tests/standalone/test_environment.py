import stat

import pytest

from chalicelib.domain.routing_table import Form
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Settings
from standalone.environment import (
    complete,
    form_secret_file,
    kept_form_secrets,
    kept_webhook_secret,
    store_file,
    store_kind,
    wants_sandbox,
    with_credentials,
)

TOKEN = "a-sandbox-s-token"


def completed(env, sandbox=None):
    return complete(env, webhook_secret="made-up", sandbox=sandbox, token=TOKEN)


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


def test_an_empty_file_of_a_secret_is_never_seen(tmp_path):
    kept_webhook_secret(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["webhook-secret"]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\n"])
def test_a_file_of_a_secret_that_somebody_emptied_is_refused(tmp_path, content):
    (tmp_path / "webhook-secret").write_bytes(content)
    with pytest.raises(ConfigurationError, match="webhook-secret holds no secret"):
        kept_webhook_secret(tmp_path)


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({}, "sqlite"),
        ({"STORE": "", "AWS_ENDPOINT_URL": ""}, "sqlite"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:8200"}, "aws"),
        ({"STORE": "sqlite", "AWS_ENDPOINT_URL": "http://127.0.0.1:8200"}, "sqlite"),
        ({"STORE": "aws"}, "aws"),
    ],
)
def test_the_store_is_sqlite_unless_it_or_an_emulator_is_named(env, kind):
    assert store_kind(env) == kind
    assert completed({"NOKO_TOKEN": "t", **env})["STORE"] == kind


def test_what_was_logged_in_a_sandbox_is_kept_apart(tmp_path):
    assert store_file(tmp_path, sandbox=True) != store_file(tmp_path, sandbox=False) == tmp_path / "tallyhook.db"


def test_credentials_are_read_from_files_by_their_names(tmp_path):
    (tmp_path / "NOKO_TOKEN").write_text("from-a-file\n", encoding="utf-8")
    (tmp_path / "PORT").write_text("1", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no setting", encoding="utf-8")
    env = {"CREDENTIALS_DIRECTORY": str(tmp_path), "PORT": "8000", "NOKO_TOKEN": ""}
    assert with_credentials(env) == {
        "NOKO_TOKEN": "from-a-file",
        "PORT": "8000",
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }


def test_credentials_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ConfigurationError, match="CREDENTIALS_DIRECTORY"):
        with_credentials({"CREDENTIALS_DIRECTORY": str(tmp_path / "gone")})
