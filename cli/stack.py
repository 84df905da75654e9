"""Where a deployed stage lies: the outputs of its CloudFormation stack, as settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.bootstrap import client
from chalicelib.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = {
    "Table": "TALLYHOOK_TABLE",
    "OpenQueueUrl": "TALLYHOOK_OPEN_QUEUE_URL",
    "PostQueueUrl": "TALLYHOOK_POST_QUEUE_URL",
    "TellQueueUrl": "TALLYHOOK_TELL_QUEUE_URL",
    "SecretsPrefix": "TALLYHOOK_SECRETS_PREFIX",
    "NokoBaseUrl": "NOKO_BASE_URL",
    "KeepContentsDays": "KEEP_CONTENTS_DAYS",
    "KeepEntriesDays": "KEEP_ENTRIES_DAYS",
    "KeepNotesDays": "KEEP_NOTES_DAYS",
}
"""Which setting each output of the stack becomes."""

_STAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


def deployed(stage: str) -> dict[str, str]:
    """Return the settings of stack `tallyhook-<stage>` in the account and region that boto3 finds.

    Raises ConfigurationError if there is no such stack, or if AWS does not let us look.
    """
    if not _STAGE.fullmatch(stage):
        raise ConfigurationError(f"{stage!r} is no name of a stage: letters, digits and dashes only")
    name = f"tallyhook-{stage}"
    try:
        answer: Mapping[str, Any] = client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        said = error.response["Error"].get("Message", "")
        raise ConfigurationError(f"the stack {name} cannot be read: {said}") from error
    except BotoCoreError as error:
        raise ConfigurationError(f"the stack {name} cannot be read: {error}") from error
    return settings_from(answer, name=name)


def settings_from(answer: Mapping[str, Any], *, name: str) -> dict[str, str]:
    """Read the outputs in an answer to DescribeStacks
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html).
    """  # noqa: D205 - one sentence with its source
    outputs = {each["OutputKey"]: each["OutputValue"] for each in answer["Stacks"][0].get("Outputs", ())}
    missing = [output for output in SETTINGS if output not in outputs]
    if missing:
        raise ConfigurationError(f"the stack {name} has no output {', '.join(missing)}: it is not one of Tallyhook's")
    return {setting: outputs[output] for output, setting in SETTINGS.items()}
