"""Create table and queues in an emulator, from the same file that creates them on AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from botocore.exceptions import ClientError

from chalicelib.settings import DEFAULT_TABLE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

RESOURCES = Path(__file__).parent.parent / "infra" / "resources.yaml"
TABLE = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
QUEUE = ("VisibilityTimeout", "MessageRetentionPeriod")
"""What an emulator needs to know; encryption, backups and protection are for AWS."""


def create(dynamodb: DynamoDBClient, sqs: SQSClient, *, prefix: str = DEFAULT_TABLE) -> dict[str, str]:
    """Create what is not there yet; return the settings that name it, as environment variables."""
    resources = yaml.safe_load(RESOURCES.read_text(encoding="utf-8"))["Resources"]
    _create_table(dynamodb, prefix, resources["Table"]["Properties"])
    urls: dict[str, str] = {}
    queues = {name: r["Properties"] for name, r in resources.items() if r.get("Type") == "AWS::SQS::Queue"}
    for name in sorted(queues, key=lambda name: "RedrivePolicy" in queues[name]):  # dead letters first
        urls[name] = _create_queue(sqs, f"{prefix}-{name}", queues[name], prefix)
    return {
        "TALLYHOOK_TABLE": prefix,
        "TALLYHOOK_OPEN_QUEUE_URL": urls["OpenQueue"],
        "TALLYHOOK_POST_QUEUE_URL": urls["PostQueue"],
        "TALLYHOOK_TELL_QUEUE_URL": urls["TellQueue"],
    }


def _create_table(dynamodb: DynamoDBClient, name: str, properties: dict[str, Any]) -> None:
    wanted: Any = {key: properties[key] for key in TABLE}
    try:
        dynamodb.create_table(TableName=name, **wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
        return
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def _create_queue(sqs: SQSClient, name: str, properties: dict[str, Any], prefix: str) -> str:
    attributes: Any = {key: str(properties[key]) for key in QUEUE if key in properties}
    if redrive := properties.get("RedrivePolicy"):
        dead_letters = sqs.get_queue_url(QueueName=f"{prefix}-{redrive['deadLetterTargetArn']['Fn::GetAtt'][0]}")
        arn = sqs.get_queue_attributes(QueueUrl=dead_letters["QueueUrl"], AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": redrive["maxReceiveCount"]}
        attributes["RedrivePolicy"] = json.dumps(policy)
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url
