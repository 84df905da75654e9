"""What an instance on this machine adds to the user's environment: a store, a Noko, secrets."""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.errors import ConfigurationError
from chalicelib.noko.protocol import DEFAULT_BASE_URL
from chalicelib.settings import AWS, LOOPBACK, SQLITE, token_from_env

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.domain.routing_table import Form
    from chalicelib.settings import Settings

ON_THE_CARD = (
    "STORE",
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
    "TALLYHOOK_TELL_QUEUE_URL",
    "LEASE_SECONDS",
    "SETTLE_SECONDS",
    "SECOND_LOOK_SECONDS",
    "SWEEP_SECONDS",
    "THROTTLE_INTERVAL_MS",
    "KEEP_CONTENTS_DAYS",
    "KEEP_ENTRIES_DAYS",
    "KEEP_NOTES_DAYS",
)
"""The settings that the command line needs to find the same store and the same Noko. None is a secret."""


def store_kind(env: Mapping[str, str]) -> str:
    """Return which store is meant. Whoever names an emulator of AWS means it; else it is SQLite."""
    return env.get("STORE") or (AWS if env.get("AWS_ENDPOINT_URL") else SQLITE)


def wants_sandbox(env: Mapping[str, str]) -> bool:
    """Tell whether nothing names a Noko."""
    return not env.get("NOKO_BASE_URL") and token_from_env(env) is None


def complete(env: Mapping[str, str], *, webhook_secret: str, sandbox: str | None, token: str) -> dict[str, str]:
    """Return the user's environment with what it lacks. `sandbox` is the URL of the one that stands in, if one does.

    `token` is the one that every sandbox takes. Raises ConfigurationError for a base URL elsewhere without a token.
    """
    environment = {
        "STORE": store_kind(env),
        "NOKO_BASE_URL": DEFAULT_BASE_URL,
        "GITHUB_WEBHOOK_SECRETS": webhook_secret,
    }
    environment.update({name: value for name, value in env.items() if value})
    if sandbox is not None:
        environment["NOKO_BASE_URL"] = sandbox
    if token_from_env(environment) is None:
        if urlsplit(environment["NOKO_BASE_URL"]).hostname not in LOOPBACK:
            raise ConfigurationError("NOKO_BASE_URL is set, but neither NOKO_TOKEN nor NOKO_ACCESS_TOKEN")
        environment["NOKO_TOKEN"] = token  # a sandbox that runs alone
    return environment


def with_credentials(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the settings that lie as files in a folder of credentials, each under its name.

    systemd's `LoadCredential=` makes one, and so do the secrets of containers. What is set as well, stays as it is.
    Raises ConfigurationError for a file that cannot be read.
    """
    folder = env.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return dict(env)
    try:
        files = [path for path in Path(folder).iterdir() if path.name.isupper() and path.is_file()]
        found = {path.name: path.read_text(encoding="utf-8").strip() for path in files}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the credentials in CREDENTIALS_DIRECTORY cannot be read: {error}") from error
    return {**found, **{name: value for name, value in env.items() if value}}


def store_file(data: Path, *, sandbox: bool) -> Path:
    """Return where the SQLite store lies: what was logged in a sandbox is kept apart from what was logged in Noko."""
    return data / ("sandbox.db" if sandbox else "tallyhook.db")


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
    """Write `fresh`, unless something is kept there; return what is. Whole or not at all, even when the power goes.

    Raises ConfigurationError for a file that somebody has emptied.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        with draft.open("w", encoding="ascii") as file:
            file.write(f"{fresh}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another instance was faster
            path.hardlink_to(draft)
        draft.unlink()
    kept = path.read_text(encoding="ascii", errors="ignore").strip()
    if not kept:
        raise ConfigurationError(f"{path} holds no secret: delete it, and one is made up anew")
    return kept
