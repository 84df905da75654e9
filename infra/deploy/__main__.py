"""Deploy or destroy a stage: `python -m infra.deploy up --stage dev`, `python -m infra.deploy down --stage dev`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from infra.build.package import TEMPLATE
from infra.build.template import ROOT, stages
from infra.deploy.stack import DeclinedError, DeployError
from infra.deploy.stage import Aws, Person, deploy, destroy, stack_name

FAILED, CONFIGURATION, AUTHENTICATION, PARTLY = 1, 3, 4, 5
OPTIONS = {
    "--noko-base-url": "NokoBaseUrl",
    "--github-api-url": "GithubApiUrl",
    "--public-url": "PublicUrl",
    "--log-days": "LogDays",
    "--alarm-email": "AlarmEmail",
    "--docs-url": "DocsUrl",
    "--budget-email": "BudgetEmail",
    "--budget-dollars": "BudgetDollars",
    "--keep-contents-days": "KeepContentsDays",
    "--keep-entries-days": "KeepEntriesDays",
    "--keep-notes-days": "KeepNotesDays",
    "--stopped": "Stopped",
    "--reserve": "Reserve",
}
"""Which parameter of the stack each option sets. What is not given stays as it was."""


def main() -> int:
    """Do it; return an exit code."""
    options = _options()
    try:
        return _run(options)
    except (NoRegionError, NoCredentialsError) as error:
        _say(f"{error} AWS_PROFILE, or AWS_DEFAULT_REGION and keys, say which account is meant")
        return CONFIGURATION
    except (DeployError, DeclinedError) as error:
        _say(str(error))
        return FAILED
    except ClientError as error:
        _say(f"AWS refused: {error}")
        return AUTHENTICATION if _is_denied(error) else FAILED
    except BotoCoreError as error:
        _say(f"AWS did not answer: {error}")
        return FAILED


def _run(options: argparse.Namespace) -> int:
    session = boto3.Session()
    if not session.region_name:
        raise NoRegionError
    identity = session.client("sts").get_caller_identity()
    _say(f"account {identity['Account']}, region {session.region_name}, stack {stack_name(options.stage)}")
    client: Any = session.client
    services = ("cloudformation", "s3", "ssm", "lambda", "apigateway")
    aws = Aws(*(client(service) for service in services))
    person = Person(say=_say, agree=(lambda: True) if options.yes else _agree)
    if options.what == "down":
        destroy(options.stage, aws=aws, person=person)
        return 0
    if not (options.out / TEMPLATE).is_file():
        raise DeployError(f"there is no package in {options.out}: make it with `make package`")
    wanted = {name: value for name in OPTIONS.values() if (value := getattr(options, name)) is not None}
    deployed = deploy(options.stage, options.out, wanted, aws=aws, person=person, mark=str(int(time.time())))
    print(deployed.webhook_url)  # noqa: T201 - the result
    for problem in deployed.problems:
        _say(f"but {problem}")
    return PARTLY if deployed.problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("what", choices=("up", "down"))
    parser.add_argument("--stage", choices=stages(), default="dev")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="where the package is")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    for option, parameter in OPTIONS.items():
        parser.add_argument(option, dest=parameter, help=f"the stack's parameter {parameter}")
    return parser.parse_args()


def _is_denied(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return "AccessDenied" in code or "Token" in code or "Credential" in code or "Signature" in code


def _agree() -> bool:
    sys.stderr.write("go on? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
