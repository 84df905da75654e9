"""Which instance the environment means: the one on `PORT`, by the card it left in the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError
from standalone import run_file
from standalone.environment import with_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standalone.run_file import RunFile


def running(environment: Mapping[str, str]) -> RunFile | None:
    """Return the card of the instance, None if it does not run. Raises ConfigurationError for an unusable PORT."""
    return run_file.read(run_file.data_folder(environment), _port(environment))


def no_instance(environment: Mapping[str, str]) -> ConfigurationError:
    """Return the error that says what to start."""
    return ConfigurationError(
        f"no instance of Tallyhook runs on port {_port(environment)} with its data in "
        f"{run_file.data_folder(environment)}; start one with `make run` or `tallyhook serve`, set PORT and "
        "TALLYHOOK_DATA as it was started with, or name a deployed stage with --stage"
    )


def webhook_secret(environment: Mapping[str, str]) -> str:
    """Return the secret that the instance takes: the current one as set, else the one it made up."""
    secrets = with_credentials(environment).get("GITHUB_WEBHOOK_SECRETS", "")
    words = (word.strip() for word in secrets.split(","))
    configured = next((word for word in words if word), None)
    if configured is not None:
        return configured
    path = run_file.data_folder(environment) / "webhook-secret"
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"there is no webhook secret: set GITHUB_WEBHOOK_SECRETS ({error})") from error


def _port(environment: Mapping[str, str]) -> int:
    try:
        return run_file.port_of(environment)
    except ValueError:
        raise ConfigurationError("PORT must be a number from 0 to 65535") from None
