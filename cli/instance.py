"""Find the running instance or the deployed stage, and build its ports. The only place that sets AWS variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError

from chalicelib.aws.clock import SystemClock
from chalicelib.bootstrap import READ_TIMEOUT_S, House
from chalicelib.errors import ConfigurationError
from chalicelib.settings import LOOPBACK, SQLITE, Settings, token_from_env
from cli.desk import Site
from cli.port import no_instance, running
from cli.stack import deployed
from devstack.sandbox.account import TOKEN
from standalone.environment import store_file, with_credentials
from standalone.run_file import data_folder
from standalone.store import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.ports import Telemetry
    from standalone.run_file import RunFile


def connect(environment: Mapping[str, str], *, stage: str | None, telemetry: Telemetry) -> Site:
    """Return the site of a stage if one is named, else of the instance that `environment` means.

    Raises ConfigurationError where there is neither, or where the store belongs to another Noko account.
    """
    stores, patience_s = None, READ_TIMEOUT_S
    if stage is not None:
        settings = Settings.from_env({**environment, **deployed(stage)})
    else:
        card = running(environment)
        if card is None:
            raise no_instance(environment)
        settings = Settings.from_env(settings_of(card, environment))
        if settings.store == SQLITE:
            path = store_file(data_folder(environment), sandbox=card.sandbox)
            stores = open_store(path, settings=settings, clock=SystemClock(), telemetry=telemetry).stores
        else:
            patience_s = _reach_aws(card)
    house = House(settings, telemetry=telemetry, stores=stores, read_timeout_s=patience_s)
    try:
        ports = house.with_github
    except BotoCoreError as error:
        raise ConfigurationError(f"AWS cannot be used from here: {error}") from error
    return Site(ports=ports, table=house.table, settings=settings, routing=lambda: house.routing)


def settings_of(card: RunFile, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that finds the instance's store and Noko.

    The card holds no secrets. An instance that was started without a token talks to a sandbox on this machine,
    whose token is known.
    """
    values = {**with_credentials(environment), **card.environment}
    if token_from_env(values) is None and urlsplit(values.get("NOKO_BASE_URL", "")).hostname in LOOPBACK:
        values["NOKO_TOKEN"] = TOKEN
    return values


def _reach_aws(card: RunFile) -> float:
    """Point boto3, which reads the environment by itself, at the instance's AWS; return how long that may take."""
    os.environ.update({name: value for name, value in card.environment.items() if name.startswith("AWS_")})
    if "AWS_ENDPOINT_URL" not in card.environment:
        return READ_TIMEOUT_S
    from devstack import aws  # noqa: PLC0415 - a server lies behind it

    for name, value in aws.CREDENTIALS.items():
        os.environ.setdefault(name, value)
    return aws.READ_TIMEOUT_S
