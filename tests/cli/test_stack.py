import pytest

from chalicelib.domain.retention import Retention
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Settings
from cli.stack import SETTINGS, deployed, settings_from

VALUES = {
    "Table": "tallyhook-prod-Table-1",
    "OpenQueueUrl": "https://sqs.example/open",
    "PostQueueUrl": "https://sqs.example/post",
    "TellQueueUrl": "https://sqs.example/tell",
    "SecretsPrefix": "/tallyhook/prod",
    "NokoBaseUrl": "https://api.nokotime.com/v2",
    "KeepContentsDays": "7",
    "KeepEntriesDays": "500",
    "KeepNotesDays": "30",
}


def _answer(values):
    outputs = [{"OutputKey": key, "OutputValue": value} for key, value in values.items()]
    return {"Stacks": [{"StackName": "tallyhook-prod", "Outputs": outputs}]}


def test_the_outputs_of_a_stack_are_the_settings_that_find_its_store():
    found = Settings.from_env(settings_from(_answer({**VALUES, "EndpointURL": "x"}), name="tallyhook-prod"))
    assert found.table == VALUES["Table"]
    assert (found.open_queue_url, found.post_queue_url) == (VALUES["OpenQueueUrl"], VALUES["PostQueueUrl"])
    assert found.retention == Retention(7, 500, 30)
    assert (found.secrets_prefix, found.noko_base_url) == (VALUES["SecretsPrefix"], VALUES["NokoBaseUrl"])


@pytest.mark.parametrize("missing", SETTINGS)
def test_a_stack_without_an_output_is_none_of_ours(missing):
    with pytest.raises(ConfigurationError, match=missing):
        settings_from(_answer({key: value for key, value in VALUES.items() if key != missing}), name="tallyhook-x")


def test_a_stack_without_any_outputs_is_none_of_ours():
    with pytest.raises(ConfigurationError, match="Table, OpenQueueUrl"):
        settings_from({"Stacks": [{"StackName": "tallyhook-x"}]}, name="tallyhook-x")


@pytest.mark.parametrize("stage", ["", "a b", "-x", "x/../y", "p\u200brod", "x" * 65])
def test_what_is_no_stage_is_asked_of_nobody(stage):
    with pytest.raises(ConfigurationError, match="no name of a stage"):
        deployed(stage)


def test_an_aws_that_cannot_be_asked_is_a_matter_of_configuration(monkeypatch, tmp_path):
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="tallyhook-prod"):
        deployed("prod")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(ConfigurationError, match="region"):
        deployed("prod")
