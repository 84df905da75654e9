"""A stage of ours on an emulated AWS, beside a sandbox, by the commands with which anybody brings it to AWS."""

import contextlib
import json
import os
import platform
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass

import boto3
import requests
import yaml
from emulated.template import adapt
from fakes.ministack import ACCOUNT, OWNER, REGION, Ministack

from devstack.push import headers
from devstack.sandbox import Sandbox, serve
from devstack.sandbox.account import TOKEN
from infra.build import bundle
from infra.build import package as packages
from infra.build.package import ROUTING, TEMPLATE, ZIP
from infra.build.target import here
from infra.build.template import ROOT, merged, to_text

ARCH = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
TALLYHOOK = (sys.executable, "-c", "from cli.main import main; main()")
DEPLOYER = (ROOT / "docs" / "how-to" / "deployer-policy.json").read_text(encoding="utf-8")
OPERATOR = {
    "cloudformation": ["DescribeStacks"],
    "dynamodb": ["DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"],
    "sqs": ["GetQueueAttributes", "SendMessage"],
    "ssm": ["GetParameter"],
}
"""What the command line needs, as docs/how-to/deploy-to-aws.md says."""
QUEUES = ("OpenQueueUrl", "PostQueueUrl")
DEPTHS = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
PATIENCE_S = 60


@dataclass(frozen=True)
class Ran:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


class Stage:
    """`folder` is an empty one. Whoever deploys or looks may do what the documentation asks for, and nothing else."""

    def __init__(self, folder):
        self._folder = folder
        self._closing = contextlib.ExitStack()
        with contextlib.ExitStack() as undoing:
            undoing.callback(self.close)
            self.aws = self._closing.enter_context(contextlib.closing(Ministack(_made(folder / "aws"), strict=True)))
            self.sandbox = Sandbox()
            self._noko = self._closing.enter_context(contextlib.closing(serve(self.sandbox)))
            self.deployer = self._hire("deployer", DEPLOYER.replace("REGION", REGION).replace("ACCOUNT", ACCOUNT))
            actions = [f"{service}:{action}" for service, actions in OPERATOR.items() for action in actions]
            statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            self._operator = self._hire("operator", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
            undoing.pop_all()

    def client(self, service, keys=OWNER):
        """Return boto3's client, with the rights of the account's owner if of nobody else."""
        client = boto3.client(
            service,
            endpoint_url=self.aws.url,
            region_name=REGION,
            verify=self.aws.trusted,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )
        self._closing.callback(client.close)
        return client

    def _hire(self, name, policy):
        """Make a user who may do what a policy allows; return the keys."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def set_secrets(self):
        """Have the command line make a secret for the webhook up and take a token; yield the name and what ran."""
        file = self._folder / "secret.txt"
        words = [*TALLYHOOK, "--stage", "dev", "secrets", "set", "--yes"]
        yield "github-webhook-secrets", self._run([*words, "github-webhook-secrets", "--out", file], self.deployer)
        self.secret = file.read_text(encoding="utf-8").strip()
        yield "noko-token", self._run([*words, "noko-token"], self.deployer, told=f"{TOKEN}\n")

    def package(self):
        """Make the package as `make package` does, and return it. Raises CommandError as that does."""
        return packages.make("dev", here(ARCH), self._folder / "out")

    def adapt(self):
        """Change the packaged template into one for the emulator."""
        template = yaml.safe_load((self._folder / "out" / TEMPLATE).read_text(encoding="utf-8"))
        adapt(template, self.aws.url)
        self._write(template)

    def protect(self):
        """Change the package of `dev` into that of `prod`."""
        template = yaml.safe_load((self._folder / "out" / TEMPLATE).read_text(encoding="utf-8"))
        self._write(merged(template, yaml.safe_load((ROOT / "infra" / "prod.yaml").read_text(encoding="utf-8"))))

    def _write(self, template):
        (self._folder / "out" / TEMPLATE).write_text(to_text(template), encoding="utf-8")

    def replace_routing(self, change):
        """Put another routing file into the package, as `make package ROUTING_FILE=…` would have."""
        with zipfile.ZipFile(self._folder / "out" / ZIP) as zipped:
            files = {name: zipped.read(name) for name in zipped.namelist()}
        files[ROUTING] = change(files[ROUTING].decode()).encode()
        bundle.write(files, self._folder / "out" / ZIP)

    def deploy(self, stage="dev"):
        """Deploy as `make deploy` does, with somebody whom alarms are told."""
        out = self._folder / "out"
        told = ("--noko-base-url", self._noko.url, "--alarm-email", "alarms@acme.example")
        return self._infra("up", "--stage", stage, "--out", out, *told)

    def destroy(self, stage="dev"):
        """Destroy as `make destroy` does."""
        return self._infra("down", "--stage", stage)

    def _infra(self, *words):
        return self._run([sys.executable, "-m", "infra.deploy", *words, "--yes"], self.deployer)

    def tallyhook(self, *words, stage="dev"):
        """Ask the command line about the stage."""
        return self._run([*TALLYHOOK, "--stage", stage, *words], self._operator)

    def _run(self, words, keys, *, told=""):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            **keys,
            "AWS_ENDPOINT_URL": self.aws.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CA_BUNDLE": self.aws.certificate.path,
            "REQUESTS_CA_BUNDLE": self.aws.certificate.path,
        }
        ran = subprocess.run(
            list(map(str, words)),
            cwd=ROOT,
            env=environment,
            input=told,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def invoke(self, function, event):
        """Invoke a function of the template; return how it failed, None if it did not."""
        told = self.client("cloudformation").describe_stack_resource(
            StackName="tallyhook-dev", LogicalResourceId=function
        )
        name = told["StackResourceDetail"]["PhysicalResourceId"]
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return answer.get("FunctionError") and answer["Payload"].read()

    def outputs(self, stage="dev"):
        """Return the stack's outputs by name."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=f"tallyhook-{stage}")["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def send(self, raw, *, secret=None, delivery=None):
        """Send the door a push as GitHub would; with the same `delivery`, once more."""
        url = f"{self.outputs()['EndpointURL']}webhooks/github"
        sent = headers(raw, secret or self.secret) | ({"X-GitHub-Delivery": delivery} if delivery else {})
        return requests.post(url, data=raw, headers=sent, timeout=30, verify=self.aws.trusted)

    def settle(self):
        """Wait until nothing is left in the queues, nor on its way through a function."""
        sqs, urls = self.client("sqs"), [self.outputs()[name] for name in QUEUES]
        ends = time.monotonic() + PATIENCE_S
        empty = 0
        while empty < len(QUEUES) + 1:  # a message leaves one queue after it was put into the next
            assert time.monotonic() < ends, self.aws.said()
            depths = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=DEPTHS)["Attributes"] for url in urls]
            empty = 0 if any(int(depth) for each in depths for depth in each.values()) else empty + 1
            time.sleep(0.05)

    def entries(self):
        """Return what the sandbox holds."""
        return self.sandbox.books.entries()

    def projects(self):
        """Return to which project each of them went, by name."""
        return [self.sandbox.books.project(each.project_id).name for each in self.entries()]

    def story(self, sha):
        """Return what the command line answers to `entry SHA`."""
        ran = self.tallyhook("entry", sha, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    def close(self):
        """Stop everything."""
        self._closing.close()


def sha_of(raw):
    """Return the SHA of the only commit of a push."""
    (commit,) = json.loads(raw)["commits"]
    return commit["id"]


def _made(folder):
    folder.mkdir()
    return folder
