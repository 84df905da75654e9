"""A stage from its package to a door that answers, and away again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.build.package import TEMPLATE, ZIP
from infra.deploy import account, smoke, upload
from infra.deploy.stack import DeployError, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PROD = "prod"


@dataclass(frozen=True, slots=True)
class Aws:
    """boto3's clients."""

    cloudformation: Any
    s3: Any
    ssm: Any
    lambda_: Any
    api_gateway: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever deploys: is told what goes on, and asked before anything changes."""

    say: Callable[[str], None]
    agree: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where the door is, and what is wrong with it."""

    webhook_url: str
    problems: list[str]


def deploy(
    stage: str,
    out: Path,
    wanted: Mapping[str, str],
    *,
    aws: Aws,
    person: Person,
    mark: str,
    pause_s: float = smoke.PAUSE_S,
) -> Deployed:
    """Bring the package in `out` to AWS with the parameters `wanted`; all others stay as they are.

    `mark` tells this run from others. Raises DeployError and DeclinedError. Harmless twice; a run that dies anywhere
    is mended by the next one.
    """
    stack = Stack(aws.cloudformation, stack_name(stage), say=person.say)
    bucket = account.prepare(
        Stack(aws.cloudformation, account.NAME, say=person.say), aws.api_gateway, mark=mark, agree=person.agree
    )
    address = upload.upload(aws.s3, bucket, out / ZIP)
    template = upload.located((out / TEMPLATE).read_text(encoding="utf-8"), address)
    before = stack.state()
    parameters = dict(wanted)
    if not before.exists and "Reserve" not in parameters and not account.may_reserve(aws.lambda_):
        person.say(
            "the account lets too few functions run at once to reserve any: nothing caps the door but its throttle"
        )
        parameters["Reserve"] = "no"
    after = stack.apply(template, parameters, mark=mark, agree=person.agree)
    if not after.parameters.get("PublicUrl"):  # a stack cannot name its own door to its functions
        person.say("the door has an address now, which receipts and forms are to name:")
        url = after.outputs["EndpointURL"].rstrip("/")
        after = stack.apply(template, {"PublicUrl": url}, mark=f"{mark}-url", agree=person.agree)
    base = after.outputs["EndpointURL"]
    if after.parameters.get("Stopped") == "yes":
        person.say("the stage is stopped, as it was told: it takes nothing in and does nothing until `--stopped no`")
        return Deployed(f"{base}{smoke.WEBHOOK}", [])
    return Deployed(
        f"{base}{smoke.WEBHOOK}", smoke.problems(base, aws.ssm, after.outputs["SecretsPrefix"], pause_s=pause_s)
    )


def destroy(stage: str, *, aws: Aws, person: Person) -> None:
    """Say what goes and what stays, ask, and delete the stack. Raises DeployError and DeclinedError."""
    stack = Stack(aws.cloudformation, stack_name(stage), say=person.say)
    state = stack.state()
    if state.status is None:
        raise DeployError(f"there is no stack {stack.name}")
    for line in fate(stage, state.outputs.get("Table", "the table")):
        person.say(line)
    stack.confirm_and_delete(person.agree)


def fate(stage: str, table: str) -> list[str]:
    """Return what becomes of what a stage is made of, line by line."""
    kept = [
        f"the secrets under /{stack_name(stage)}/ in SSM",
        f"the stack {account.NAME} and its bucket: other stages may use them",
    ]
    gone = ["the door, the functions, their roles and logs", "the queues, with what waits in them"]
    if stage == PROD:
        kept.insert(0, f"the ledger {table}, protected against deletion")
    else:
        gone.append(f"the ledger {table}: what was logged may be logged again, if it is sent again")
    return ["deleted:", *(f"  {each}" for each in gone), "kept:", *(f"  {each}" for each in kept)]


def stack_name(stage: str) -> str:
    """Return the name that the command line looks for."""
    return f"tallyhook-{stage}"
