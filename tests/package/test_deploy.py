"""Deploying: shown first, harmless twice, and never at the ledger's expense."""

import dataclasses

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from package.cloudformation import FakeCloudFormation

from devstack.aws import CREDENTIALS
from infra.build.template import to_text
from infra.deploy import account, stage
from infra.deploy.stack import DeclinedError, DeployError, Stack
from infra.deploy.upload import MAX_TEMPLATE_BYTES, located, upload

DOOR = "http://127.0.0.1:9/api/"


def template(*, queues=1, table=True, door=DOOR):
    resources = {f"Queue{number}": {"Type": "AWS::SQS::Queue"} for number in range(queues)}
    return yaml.safe_dump(
        {
            "Parameters": {
                "PublicUrl": {"Type": "String", "Default": ""},
                "Reserve": {"Type": "String", "Default": "yes"},
                "Stopped": {"Type": "String", "Default": "no"},
            },
            "Resources": {**resources, **({"Table": {"Type": "AWS::DynamoDB::Table"}} if table else {})},
            "Outputs": {"EndpointURL": {"Value": door}, "SecretsPrefix": {"Value": "/tallyhook-dev"}},
            "Metadata": {"Code": "./deployment.zip"},
        }
    )


@dataclasses.dataclass
class FakePerson:
    agrees: bool = True
    heard: list[str] = dataclasses.field(default_factory=list)
    asked: int = 0

    def agree(self):
        self.asked += 1
        return self.agrees


class FakeS3:
    def __init__(self):
        self.objects, self.puts = {}, 0

    def head_object(self, **arguments):
        if (arguments["Bucket"], arguments["Key"]) not in self.objects:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

    def put_object(self, **arguments):
        self.objects[arguments["Bucket"], arguments["Key"]] = arguments["Body"]
        self.puts += 1


class FakeLambda:
    def __init__(self, free):
        self.free = free

    def get_account_settings(self):
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.free}}


class FakeApiGateway:
    def __init__(self, role=None):
        self.role = role

    def get_account(self):
        return {"cloudwatchRoleArn": self.role} if self.role else {}


@pytest.fixture
def person():
    return FakePerson()


@pytest.fixture
def cloud():
    return FakeCloudFormation()


@pytest.fixture
def stack(cloud, person):
    return Stack(cloud, "tallyhook-dev", say=person.heard.append)


@pytest.fixture
def deploy(cloud, person, tmp_path):
    (tmp_path / "deployment.zip").write_bytes(b"zip")
    (tmp_path / "sam.yaml").write_text(template(), encoding="utf-8")
    ssm = boto3.client("ssm", region_name=CREDENTIALS["AWS_DEFAULT_REGION"])
    aws = stage.Aws(cloud, FakeS3(), ssm, FakeLambda(10), FakeApiGateway())
    asks = stage.Person(say=person.heard.append, agree=person.agree)

    def run(mark="1", **wanted):
        return stage.deploy("dev", tmp_path, wanted, aws=aws, person=asks, mark=mark, pause_s=0)

    yield run
    ssm.close()


def test_a_stack_is_made_after_its_resources_were_shown(stack, person):
    state = stack.apply(template(), {"PublicUrl": "https://x.example"}, mark="1", agree=person.agree)
    assert state.parameters["PublicUrl"] == "https://x.example"
    assert person.asked == 1
    assert any("AWS::SQS::Queue" in line for line in person.heard)


def test_what_is_declined_leaves_nothing(stack, person, cloud):
    person.agrees = False
    with pytest.raises(DeclinedError):
        stack.apply(template(), {}, mark="1", agree=person.agree)
    assert cloud.stacks == {}


def test_what_is_declined_later_leaves_what_was(stack, person):
    before = stack.apply(template(), {}, mark="1", agree=person.agree)
    person.agrees = False
    with pytest.raises(DeclinedError):
        stack.apply(template(queues=2), {}, mark="2", agree=person.agree)
    assert stack.state() == before


def test_the_same_again_changes_and_asks_nothing(stack, person):
    before = stack.apply(template(), {}, mark="1", agree=person.agree)
    assert stack.apply(template(), {}, mark="2", agree=person.agree) == before
    assert person.asked == 1
    assert "nothing to change" in person.heard[-1]


def test_a_parameter_that_is_not_named_keeps_its_value(stack, person):
    stack.apply(template(), {"PublicUrl": "https://x.example"}, mark="1", agree=person.agree)
    state = stack.apply(template(queues=2), {"Reserve": "no"}, mark="2", agree=person.agree)
    assert state.parameters == {"PublicUrl": "https://x.example", "Reserve": "no", "Stopped": "no"}


@pytest.mark.parametrize(("table", "replaces"), [(False, None), (True, "Table")])
def test_a_change_that_takes_the_ledger_away_is_refused_unasked(stack, person, cloud, table, replaces):
    before = stack.apply(template(), {}, mark="1", agree=person.agree)
    cloud.replaces = replaces
    with pytest.raises(DeployError, match="would take Table away"):
        stack.apply(template(table=table, queues=2), {}, mark="2", agree=person.agree)
    assert person.asked == 1
    assert stack.state() == before


def test_a_failure_names_what_failed_and_why(stack, person, cloud):
    cloud.fails = "Queue0"
    with pytest.raises(DeployError, match="Queue0: no such luck"):
        stack.apply(template(), {}, mark="1", agree=person.agree)


def test_a_stack_whose_making_failed_is_made_anew_by_the_next_run(stack, person, cloud):
    """CloudFormation keeps the name of what it never made, and would update nothing under it."""
    cloud.fails = "Queue0"
    with pytest.raises(DeployError):
        stack.apply(template(), {}, mark="1", agree=person.agree)
    cloud.fails = None
    assert stack.apply(template(), {}, mark="2", agree=person.agree).status == "UPDATE_COMPLETE"
    assert any("was never made" in line for line in person.heard)


def test_a_run_that_dies_while_its_changes_are_shown_is_mended_by_the_next(stack, person):
    def dies():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.apply(template(), {}, mark="1", agree=dies)
    assert stack.apply(template(), {}, mark="2", agree=person.agree).status == "UPDATE_COMPLETE"


def test_a_stack_that_stands_is_never_made_anew(stack, person, cloud):
    stack.apply(template(), {}, mark="1", agree=person.agree)
    cloud.fails = "Queue1"
    with pytest.raises(DeployError):
        stack.apply(template(queues=2), {}, mark="2", agree=person.agree)
    cloud.fails = None
    assert stack.apply(template(queues=3), {}, mark="3", agree=person.agree).status == "UPDATE_COMPLETE"
    assert not any("was never made" in line for line in person.heard)


def test_what_all_stages_share_is_made_anew_if_its_making_failed(cloud, person):
    shared = Stack(cloud, account.NAME, say=person.heard.append)
    cloud.fails = "Packages"
    with pytest.raises(DeployError):
        account.prepare(shared, FakeApiGateway(), mark="1", agree=person.agree)
    cloud.fails = None
    assert account.prepare(shared, FakeApiGateway(), mark="2", agree=person.agree) == "the-packages"


@pytest.mark.parametrize(("role", "parameter"), [(None, "create"), ("arn:of-another", "present")])
def test_the_account_is_prepared_once_and_keeps_a_role_that_it_has(cloud, person, role, parameter):
    shared = Stack(cloud, account.NAME, say=person.heard.append)
    prepared = [account.prepare(shared, FakeApiGateway(role), mark=mark, agree=person.agree) for mark in "12"]
    assert prepared == ["the-packages", "the-packages"]
    assert person.asked == 1
    assert shared.state().parameters == {"ApiLogRole": parameter}


def test_a_package_is_uploaded_once_under_its_hash(tmp_path):
    s3, zipped = FakeS3(), tmp_path / "deployment.zip"
    zipped.write_bytes(b"zip")
    assert upload(s3, "packages", zipped) == upload(s3, "packages", zipped)
    assert (s3.puts, list(s3.objects.values())) == (1, [b"zip"])


def test_the_real_template_is_short_enough_and_names_its_code(templates):
    address = f"s3://{'b' * 63}/{'0' * 64}.zip"
    for each in templates.values():
        text = located(to_text(each), address)
        functions = [r for r in yaml.safe_load(text)["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
        assert {function["Properties"]["CodeUri"] for function in functions} == {address}
    with pytest.raises(DeployError, match="bytes"):
        located("Code: ./deployment.zip" + "!" * MAX_TEMPLATE_BYTES, address)
    with pytest.raises(DeployError, match="no package"):
        located("Resources: {}", address)


@pytest.mark.parametrize(("free", "may"), [(1000, True), (121, True), (120, False), (10, False)])
def test_functions_are_reserved_only_where_the_account_leaves_room(free, may):
    assert account.may_reserve(FakeLambda(free)) is may


def test_a_new_stage_is_told_its_own_address(deploy, stack):
    deployed = deploy()
    assert deployed.webhook_url == f"{DOOR}webhooks/github"
    assert stack.state().parameters == {"PublicUrl": DOOR.rstrip("/"), "Reserve": "no", "Stopped": "no"}


def test_an_address_of_ones_own_is_left_alone(deploy, stack, person):
    deploy(PublicUrl="https://time.acme.example")
    asked = person.asked
    deploy(mark="2")
    assert stack.state().parameters["PublicUrl"] == "https://time.acme.example"
    assert person.asked == asked


def test_a_door_that_does_not_answer_is_reported(deploy):
    assert deploy().problems == [f"{DOOR}healthz answers ConnectionError"]


def test_the_door_of_a_stage_that_is_to_be_stopped_need_not_answer(deploy, person):
    assert deploy(Stopped="yes").problems == []
    assert "stopped" in person.heard[-1]


def test_a_stage_is_destroyed_after_it_was_said_what_stays(deploy, cloud, person):
    deploy()
    aws = stage.Aws(cloud, None, None, None, None)
    stage.destroy("dev", aws=aws, person=stage.Person(say=person.heard.append, agree=person.agree))
    assert set(cloud.stacks) == {account.NAME}
    assert "kept:" in person.heard
    with pytest.raises(DeployError, match="no stack"):
        stage.destroy("dev", aws=aws, person=stage.Person(say=person.heard.append, agree=person.agree))


def test_only_in_production_the_ledger_is_among_what_stays():
    dev, prod = stage.fate("dev", "t"), stage.fate("prod", "t")
    assert next(line for line in dev if "ledger" in line) in dev[: dev.index("kept:")]
    assert next(line for line in prod if "ledger" in line) in prod[prod.index("kept:") :]
