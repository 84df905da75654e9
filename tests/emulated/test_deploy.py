"""A stage from template to entry, through an upgrade, to its end: the commands, roles and handlers that go to AWS.

The emulator's CloudFormation makes the stack of the package, and its API, queues and schedule run the zip. Every call
is held against the policy of whoever makes it: the functions' roles, and the deployer's as it is documented.
"""

import pytest
from botocore.exceptions import ClientError
from emulated.stage import sha_of

from devstack.push import push

pytestmark = pytest.mark.journey
FIRST = push(1, seed="first")
PARTLY = 5
TICK = {
    "version": "0",
    "id": "1",
    "account": "000000000000",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "time": "2026-11-21T10:00:00Z",
}
"""As EventBridge sends it, each minute also here; nobody waits for that."""


@pytest.fixture(scope="module")
def deployed(stage):
    """What deploying said, when there was nothing yet."""
    return stage.deploy()


@pytest.fixture(scope="module")
def ready(stage, deployed):
    """What setting its secrets said, and deploying the same again."""
    assert deployed.code == PARTLY, deployed.err
    return *(ran for _, ran in stage.set_secrets()), stage.deploy()


def test_a_first_deployment_shows_its_changes_makes_them_and_says_that_the_door_has_no_secret(stage, deployed):
    assert deployed.code == PARTLY, deployed.err
    assert "Add     AWS::DynamoDB::Table                     Table" in deployed.err
    assert "without it the door is closed" in deployed.err
    assert deployed.out == f"{stage.outputs()['EndpointURL']}webhooks/github\n"


def test_once_its_secrets_are_set_the_same_command_changes_nothing_and_the_door_answers(ready):
    assert [each.code for each in ready] == [0, 0, 0], [each.err for each in ready]
    assert "nothing to change" in ready[-1].err


def test_policies_are_enforced_whoever_deploys_may_not_read_the_ledger(stage, ready):
    assert ready
    with pytest.raises(ClientError, match="not authorized to perform: dynamodb:Scan"):
        stage.client("dynamodb", stage.deployer).scan(TableName=stage.outputs()["Table"])


def test_what_was_not_signed_is_refused(stage, ready):
    assert ready
    assert stage.send(FIRST, secret="guess").status_code == 401
    stage.settle()
    assert stage.entries() == []


def test_a_push_goes_through_door_queues_and_workers_and_becomes_one_entry(stage, ready):
    assert ready
    answer = stage.send(FIRST, delivery="first")
    assert answer.status_code == 202, answer.text
    stage.settle()
    assert [each.minutes for each in stage.entries()] == [45], stage.aws.said()
    assert stage.projects() == ["Gear GmbH"]


def test_the_same_push_again_makes_no_second_entry(stage):
    again = stage.send(FIRST, delivery="first")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert stage.send(FIRST, delivery="by another hook").status_code == 202
    stage.settle()
    assert len(stage.entries()) == 1


def test_the_command_line_finds_the_stage_and_tells_what_became_of_a_commit(stage):
    told = stage.story(sha_of(FIRST)[:8])
    (entry,) = stage.entries()
    assert (told["status"], told["noko_id"], told["attempts"]) == ("logged", entry.id, 1)


def test_the_tick_ticks(stage):
    assert stage.invoke("Tick", TICK) is None


def test_an_upgrade_brings_the_new_code_and_keeps_the_ledger(stage):
    table = stage.outputs()["Table"]
    stage.replace_routing(lambda text: text.replace('"Gear GmbH"', '"Website"'))
    upgraded = stage.deploy()
    assert upgraded.code == 0, upgraded.err
    assert "Modify  AWS::Lambda::Function                    Post" in upgraded.err
    assert stage.outputs()["Table"] == table
    assert stage.story(sha_of(FIRST))["status"] == "logged"
    for delivery in ("first", "by a third hook"):
        assert stage.send(FIRST, delivery=delivery).ok
    assert stage.send(push(2, seed="second")).status_code == 202
    stage.settle()
    assert stage.projects() == ["Gear GmbH", "Website", "Website"], stage.aws.said()


def test_every_function_that_had_work_ran_and_was_refused_nothing(stage):
    said = stage.aws.said()
    assert all(f"spawned for tallyhook-dev-{name}" in said for name in ("APIHandler", "Open", "Post", "Tick"))
    assert "entry_opened" in said  # what functions print is in there
    assert "AccessDenied" not in said
    assert "entries_not_announced" not in said


def test_destroying_says_what_it_keeps_and_keeps_it(stage):
    table = stage.outputs()["Table"]
    destroyed = stage.destroy()
    assert destroyed.code == 0, destroyed.err
    assert f"the ledger {table}: what was logged may be logged again" in destroyed.err.partition("kept:")[0]
    assert stage.client("dynamodb").list_tables()["TableNames"] == []
    assert stage.client("lambda").list_functions()["Functions"] == []
    assert stage.client("sqs").list_queues().get("QueueUrls", []) == []
    kept = stage.client("ssm").describe_parameters()["Parameters"]
    assert {each["Name"] for each in kept} == {"/tallyhook-dev/github-webhook-secrets", "/tallyhook-dev/noko-token"}
    assert len(stage.client("s3").list_buckets()["Buckets"]) == 1


def test_in_production_the_ledger_outlives_the_stack(stage):
    stage.protect()
    assert stage.deploy("prod").code == PARTLY
    table = stage.outputs("prod")["Table"]
    destroyed = stage.destroy("prod")
    assert destroyed.code == 0, destroyed.err
    assert f"the ledger {table}, protected against deletion" in destroyed.err.partition("kept:")[2]
    assert stage.client("dynamodb").list_tables()["TableNames"] == [table]
