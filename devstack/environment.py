"""What an instance on this machine adds to the user's environment: a Noko, a webhook secret, credentials."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.errors import ConfigurationError
from chalicelib.noko.protocol import DEFAULT_BASE_URL
from chalicelib.settings import LOOPBACK, token_from_env
from devstack.aws import CREDENTIALS
from devstack.sandbox.account import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from chalicelib.domain.routing_table import Form
    from chalicelib.settings import Settings

ON_THE_CARD = (
    "AWS_ENDPOINT_URL",
    "AWS_DEFAULT_REGION",
    "NOKO_BASE_URL",
    "NOKO_REDIRECT_HOSTS",
    "GITHUB_API_URL",
    "PUBLIC_URL",
    "ROUTING_FILE",
    "TALLYHOOK_TABLE",
    "TALLYHOOK_OPEN_QUEUE_URL",
    "TALLYHOOK_POST_QUEUE_URL",
    "LEASE_SECONDS",
    "SETTLE_SECONDS",
    "SECOND_LOOK_SECONDS",
    "SWEEP_SECONDS",
    "THROTTLE_INTERVAL_MS",
)
"""The settings that the command line needs to find the same store and the same Noko. None is a secret."""


def wants_sandbox(env: Mapping[str, str]) -> bool:
    """Tell whether nothing names a Noko."""
    return not env.get("NOKO_BASE_URL") and token_from_env(env) is None


def complete(env: Mapping[str, str], *, webhook_secret: str, sandbox: str | None) -> dict[str, str]:
    """Return the user's environment with what it lacks. `sandbox` is the URL of the one that stands in, if one does.

    Raises ConfigurationError for a base URL elsewhere without a token.
    """
    environment = {"NOKO_BASE_URL": DEFAULT_BASE_URL, "GITHUB_WEBHOOK_SECRETS": webhook_secret, **CREDENTIALS}
    environment.update({name: value for name, value in env.items() if value})
    if sandbox is not None:
        environment["NOKO_BASE_URL"] = sandbox
    if token_from_env(environment) is None:
        if urlsplit(environment["NOKO_BASE_URL"]).hostname not in LOOPBACK:
            raise ConfigurationError("NOKO_BASE_URL is set, but neither NOKO_TOKEN nor NOKO_ACCESS_TOKEN")
        environment["NOKO_TOKEN"] = TOKEN  # a sandbox that runs alone
    return environment


def without_noko(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as demo, tests and bench see it: no Noko, no ports and no stores of the user's."""
    ours = {"PORT", "STORE", "AWS_ENDPOINT_URL", "GITHUB_WEBHOOK_SECRETS", "GITHUB_TOKEN", *ON_THE_CARD}
    return {
        name: value
        for name, value in env.items()
        if not name.startswith(("NOKO_", "AWS_", "FORM_")) and name not in ours
    }


def kept_webhook_secret(data: Path) -> str:
    """Return the secret made up for this data folder; it stays the same, since GitHub may have been told it."""
    return _kept(data / "webhook-secret", secrets.token_hex(20))


def kept_form_secrets(data: Path, settings: Settings, forms: Iterable[Form]) -> dict[str, str]:
    """Return, by name, the secrets made up for the forms without one; each stays the same, like GitHub's."""
    without = (form for form in forms if not settings.form_secrets.get(form.name))
    return {form.name: _kept(form_secret_file(data, form.name), _made_up(form.preset)) for form in without}


def form_secret_file(data: Path, name: str) -> Path:
    """Return where the secret made up for a form is kept."""
    return data / f"form-{name}-secret"


def _made_up(preset: str) -> str:
    if preset == "standard-webhooks":
        return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode("ascii")
    return secrets.token_hex(20)


def _kept(path: Path, fresh: str) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"{fresh}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()
