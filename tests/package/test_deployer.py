"""Whoever deploys may do what CloudFormation does in their name: it reads what it made, and takes it away again.

An emulator asks nobody for these permissions. They are those of the handlers in AWS's public schemas of resource types
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html), without what only a
network or a key of one's own would need.
"""

import fnmatch
import json

import pytest
import yaml

from infra.build.template import ROOT

API = ("Api", "apigateway:GET apigateway:DELETE")
QUEUE = "sqs:GetQueueAttributes sqs:SetQueueAttributes sqs:ListQueueTags sqs:DeleteQueue"
FUNCTION = """GetFunction GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetFunctionScalingConfig
    GetRuntimeManagementConfig PutFunctionRecursionConfig DeleteFunction GetPolicy RemovePermission
    GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig"""
TABLE = """DescribeTable DescribeContinuousBackups DescribeContributorInsights DescribeKinesisStreamingDestination
    DescribeTimeToLive GetResourcePolicy ListTagsOfResource DeleteTable"""
ROLE = "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies DeleteRole DeleteRolePolicy DetachRolePolicy"
BUCKET = """GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketCORS GetBucketLogging GetBucketNotification
    GetBucketOwnershipControls GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetBucketWebsite
    GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
    GetMetricsConfiguration GetReplicationConfiguration ListBucket ListTagsForResource GetObjectVersion
    GetBucketPolicy DeleteBucketPolicy"""
GROUP = "DescribeIndexPolicies GetDataProtectionPolicy ListTagsForResource DeleteDataProtectionPolicy DeleteLogGroup"
TOPIC = """GetDataProtectionPolicy GetTopicAttributes SetTopicAttributes ListSubscriptionsByTopic ListTagsForResource
    GetSubscriptionAttributes Unsubscribe DeleteTopic"""
RULE = "DescribeRule ListTagsForResource ListTargetsByRule RemoveTargets DeleteRule"
KEY = "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags ScheduleKeyDeletion"


def of(service, names):
    return " ".join(f"{service}:{name}" for name in names.split())


ASKED = {
    "AWS::Serverless::Api": [API],
    "AWS::ApiGateway::Account": [("Api", "apigateway:GET apigateway:PATCH")],
    "AWS::Serverless::Function": [
        ("Functions", of("lambda", FUNCTION)),
        ("Mappings", of("lambda", "GetEventSourceMapping DeleteEventSourceMapping ListTags")),
        ("Tick", of("events", RULE)),
    ],
    "AWS::Lambda::Permission": [("Functions", of("lambda", "GetPolicy RemovePermission"))],
    "AWS::DynamoDB::Table": [("Table", of("dynamodb", TABLE))],
    "AWS::SQS::Queue": [("Queues", QUEUE)],
    "AWS::SQS::QueuePolicy": [("Queues", QUEUE)],
    "AWS::IAM::Role": [("Roles", of("iam", ROLE))],
    "AWS::S3::Bucket": [("Packages", of("s3", BUCKET))],
    "AWS::S3::BucketPolicy": [("Packages", of("s3", "GetBucketPolicy DeleteBucketPolicy"))],
    "AWS::Logs::LogGroup": [
        ("Logs", of("logs", GROUP)),
        ("LogsOfAll", of("logs", "DescribeLogGroups DescribeResourcePolicies")),
    ],
    "AWS::CloudWatch::Alarm": [("Alarms", of("cloudwatch", "DescribeAlarms ListTagsForResource DeleteAlarms"))],
    "AWS::CloudWatch::Dashboard": [
        ("Dashboard", of("cloudwatch", "GetDashboard ListTagsForResource DeleteDashboards")),
    ],
    "AWS::SNS::Topic": [("Topic", of("sns", TOPIC))],
    "AWS::SNS::TopicPolicy": [("Topic", of("sns", "GetTopicAttributes SetTopicAttributes"))],
    "AWS::KMS::Key": [("Key", of("kms", KEY))],
    "AWS::Budgets::Budget": [("Budget", of("budgets", "ViewBudget ModifyBudget"))],
}


@pytest.fixture(scope="module")
def statements():
    policy = json.loads((ROOT / "docs" / "how-to" / "deployer-policy.json").read_text(encoding="utf-8"))
    return {each["Sid"]: each for each in policy["Statement"]}


def test_of_everything_in_the_templates_it_is_known_what_its_handlers_ask(templates):
    account = yaml.safe_load((ROOT / "infra" / "account.yaml").read_text(encoding="utf-8"))
    kinds = {each["Type"] for one in (*templates.values(), account) for each in one["Resources"].values()}
    assert kinds == set(ASKED)


@pytest.mark.parametrize("kind", ASKED)
def test_whoever_deploys_may_have_it_read_and_taken_away(statements, kind):
    missing = [
        (sid, action)
        for sid, actions in ASKED[kind]
        for action in actions.split()
        if not any(fnmatch.fnmatchcase(action, allowed) for allowed in statements[sid]["Action"])
    ]
    assert missing == []
