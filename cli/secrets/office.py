"""What the commands about secrets work with: the parameters of a deployed stage, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from chalicelib.aws.clock import SystemClock
from chalicelib.bootstrap import READ_TIMEOUT_S, House
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Settings
from cli.secrets.parameters import Parameters
from cli.stack import deployed
from cli.telemetry import QuietTelemetry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Clock


@dataclass(frozen=True, slots=True)
class Office:
    """A stage's parameters, the routing file here, and the time."""

    parameters: Parameters
    routing: Routing
    clock: Clock


def open_office(environment: Mapping[str, str], *, stage: str | None) -> Office:
    """Find a stage's secrets. Neither its table nor Noko is asked: on a fresh stage there may be no token yet.

    Raises ConfigurationError without a stage, for one that is none, and for a routing file with problems.
    """
    if stage is None:
        raise ConfigurationError(
            "an instance on one machine has its secrets from the environment it is started with "
            "(GITHUB_WEBHOOK_SECRETS, NOKO_TOKEN, …): set them there and restart it; for those of a deployed stage, "
            "write `tallyhook --stage NAME secrets …`"
        )
    settings = Settings.from_env({**environment, **deployed(stage)})
    if settings.secrets_prefix is None:
        raise ConfigurationError(f"the stage {stage} names no place for secrets")
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=READ_TIMEOUT_S
    )
    try:
        client = boto3.client("ssm", config=config)
    except BotoCoreError as error:
        raise ConfigurationError(f"AWS cannot be used from here: {error}") from error
    routing = House(settings, telemetry=QuietTelemetry(verbose=False)).routing
    return Office(Parameters(client, prefix=settings.secrets_prefix), routing, SystemClock())
