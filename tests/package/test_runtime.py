"""The package in Lambda's own runtime client, with nothing beside it but boto3: a push becomes an entry.

What each function asks of AWS is held against its policy: the emulator would let everything pass.
"""

import base64
import fnmatch
import json
import os
import subprocess
import sys
import venv

import boto3
import pytest
import yaml
from fakes.fetching import fetched
from package.cloud import WatchedAws
from package.policy import statements
from package.runtime_api import Function

from chalicelib import bootstrap
from chalicelib.domain.letter import Letter
from chalicelib.services import telling
from chalicelib.settings import Settings
from devstack import store
from devstack.aws import CREDENTIALS
from devstack.push import headers, push
from devstack.sandbox import Sandbox, serve
from infra.build.command import run
from standalone.worker import _scheduled_event

pytestmark = pytest.mark.journey
RUNTIME = ("awslambdaric==4.2.2", "boto3==1.44.5")
STACK = "tallyhook-dev"
SECRET = "hook-secret"
FUNCTIONS = {"APIHandler": "api", "Open": "open", "Post": "post", "Tell": "tell", "Tick": "tick"}
SECRETS = {"github-webhook-secrets": f"{SECRET},old-secret", "noko-token": "sandbox-token"}


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The interpreter of an environment that holds what Lambda holds."""
    folder = tmp_path_factory.mktemp("lambda")
    venv.create(folder)
    own = folder / "bin" / "python"
    words = ["install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", *RUNTIME]
    fetched(lambda: run([sys.executable, "-m", "pip", "--python", own, *words], cwd=folder))
    return own


@pytest.fixture(scope="module")
def stage(python, package, unzipped):
    stage = Stage(python, yaml.safe_load(package.template.read_text(encoding="utf-8")), unzipped)
    yield stage
    stage.close()


class Stage:
    """Emulated AWS, the sandbox, and the functions as the template describes them."""

    def __init__(self, python, template, folder):
        self.template = template
        self.sandbox = Sandbox()
        self.noko = serve(self.sandbox)
        self.aws = WatchedAws()
        self.clients = {name: self._client(name) for name in ("dynamodb", "sqs", "ssm")}
        self.names = store.create(self.clients["dynamodb"], self.clients["sqs"], prefix=STACK)
        for name, value in SECRETS.items():
            self.clients["ssm"].put_parameter(Name=f"/{STACK}/{name}", Value=value, Type="SecureString")
        self.functions = {name: self._function(name, python, folder) for name in FUNCTIONS}

    def _client(self, service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.aws.url, **keys)

    def environment(self):
        known = {
            **self.names,
            "TALLYHOOK_SECRETS_PREFIX": f"/{STACK}",
            "TALLYHOOK_STACK": STACK,
            "NOKO_BASE_URL": self.noko.url,
        }
        wanted = self.template["Globals"]["Function"]["Environment"]["Variables"]
        return {name: known.get(name) or self._default(value) for name, value in wanted.items()}

    def _default(self, value):
        """Return what a parameter of the template is if nobody sets it."""
        return str(self.template["Parameters"][value["Ref"]]["Default"])

    def _function(self, name, python, folder):
        properties = self.template["Resources"][name]["Properties"]
        environment = {
            **self.environment(),
            **CREDENTIALS,
            "AWS_ACCESS_KEY_ID": name,
            "AWS_ENDPOINT_URL": self.aws.url,
            "PATH": os.environ["PATH"],
        }
        handler, timeout_s = properties["Handler"], properties["Timeout"]
        return Function(python, handler, folder=folder, environment=environment, timeout_s=timeout_s)

    def request(self, method, path, *, body=b"", headers=None):
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": headers or {},
            "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {"httpMethod": method, "resourcePath": path, "path": f"/api{path}", "identity": {}},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        return self.functions["APIHandler"].invoke(event).body

    def work_off(self, name):
        """Hand what waits in the queue of a function to it, message by message; return how many there were."""
        url = self.names[f"TALLYHOOK_{name.upper()}_QUEUE_URL"]
        count = 0
        while messages := self.clients["sqs"].receive_message(QueueUrl=url).get("Messages"):
            record = {
                "messageId": messages[0]["MessageId"],
                "receiptHandle": messages[0]["ReceiptHandle"],
                "body": messages[0]["Body"],
                "attributes": {},
                "eventSource": "aws:sqs",
            }
            answer = self.functions[name].invoke({"Records": [record]})
            assert not answer.failed, answer.body
            self.clients["sqs"].delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            count += 1
        return count

    def close(self):
        printed = {name: function.close() for name, function in self.functions.items()}
        for client in self.clients.values():
            client.close()
        self.noko.close()
        self.aws.close()
        assert not any("Traceback" in text for text in printed.values()), printed


def test_the_runtime_has_nothing_else(python):
    words = [sys.executable, "-m", "pip", "--python", python, "list", "--format=json"]
    listed = subprocess.run(words, capture_output=True, check=True)
    assert {"chalice", "pydantic", "requests", "tzdata"}.isdisjoint(each["name"] for each in json.loads(listed.stdout))


def test_every_function_of_the_template_runs_here(stage):
    resources = stage.template["Resources"].items()
    assert set(FUNCTIONS) == {name for name, each in resources if each["Type"] == "AWS::Serverless::Function"}


def test_the_process_says_that_it_is_alive(stage):
    answer = stage.request("GET", "/healthz")
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})


def test_a_signed_ping_is_answered_and_an_unsigned_one_is_not(stage):
    ping = b'{"zen": "Keep it logically awesome.", "hook_id": 1}'
    signed = {**headers(ping, SECRET), "X-GitHub-Event": "ping"}
    assert stage.request("POST", "/webhooks/github", body=ping, headers=signed)["statusCode"] == 200
    forged = {**headers(ping, "guess"), "X-GitHub-Event": "ping"}
    assert stage.request("POST", "/webhooks/github", body=ping, headers=forged)["statusCode"] == 401


def test_each_commit_of_a_push_becomes_an_entry(stage):
    for commits in (2, 1):
        raw = push(commits, seed=f"lambda-{commits}")
        assert stage.request("POST", "/webhooks/github", body=raw, headers=headers(raw, SECRET))["statusCode"] == 202
        assert stage.work_off("Open") == 1
        assert stage.work_off("Post") == (commits if commits > 1 else 0)  # what comes alone is posted by Open
    assert [entry.minutes for entry in stage.sandbox.books.entries()] == [45, 45, 45]


def test_the_tick_ticks(stage):
    answer = stage.functions["Tick"].invoke(_scheduled_event())
    assert not answer.failed, answer.body


def test_a_letter_is_tried(stage, monkeypatch):
    for name, value in {**stage.environment(), **CREDENTIALS, "AWS_ENDPOINT_URL": stage.aws.url}.items():
        monkeypatch.setenv(name, value)
    ports = bootstrap.House(Settings.from_env()).ports
    letter = Letter("letter-1", "tallyhook.digest", "nowhere", ports.clock.now(), "text", {})
    telling.post([letter], ports=ports)
    assert stage.work_off("Tell") == 1
    assert any(call.caller == "Tell" and call.operation == "PutItem" for call in stage.aws.seen)


def test_every_call_to_aws_was_one_that_the_policy_allows(stage):
    asked = {
        (call.caller, f"{SERVICES[call.service]}:{ACTIONS.get(call.operation, call.operation)}", resource(call))
        for call in stage.aws.seen
        if call.caller in FUNCTIONS
    }
    assert {caller for caller, _, _ in asked} == set(FUNCTIONS)
    forbidden = {call for call in asked if not allows(stage.template, *call)}
    assert forbidden == set()


SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AmazonSSM": "ssm"}
ACTIONS = {"SendMessageBatch": "SendMessage"}


def resource(call):
    """Name what a call was about as the template's policies do, once they are written as text."""
    if call.service == "AmazonSSM":
        return f"parameter{call.arguments['Name']}".replace(STACK, "${AWS::StackName}")
    if call.service == "AmazonSQS":
        return call.arguments["QueueUrl"].rpartition("-")[2]
    index = call.arguments.get("IndexName")
    return f"Table/index/{index}" if index else "Table"


def allows(template, function, action, wanted):
    return any(
        action in statement.actions and any(fnmatch.fnmatchcase(wanted, pattern) for pattern in statement.resources)
        for statement in statements(template, function)
    )
