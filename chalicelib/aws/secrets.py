"""Secrets, from the environment on one machine and from SSM parameters on AWS. Read through a cache, never logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import parameter_name
from chalicelib.errors import ConfigurationError, StoreUnavailable
from chalicelib.noko.protocol import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_ssm import SSMClient

CACHE_MS = 300_000
"""How long a secret is believed, from when it was asked for."""


class FixedSecrets:
    """The `Secrets` port over values that were given once."""

    def __init__(
        self,
        *,
        github: Sequence[str],
        token: Token | None,
        github_token: str | None = None,
        forms: Mapping[str, Sequence[str]] | None = None,
        passwords: Mapping[str, str] | None = None,
        notify: Sequence[str] = (),
        addresses: Mapping[str, str] | None = None,
    ) -> None:
        self._github = github
        self._token = token
        self._github_token = github_token
        self._forms = forms or {}
        self._passwords = passwords or {}
        self._notify = notify
        self._addresses = addresses or {}

    def github_webhook(self) -> Sequence[str]:
        """Return them."""
        return self._github

    def form(self, name: str) -> Sequence[str]:
        """Look them up."""
        return self._forms.get(name, ())

    def form_password(self, name: str) -> str | None:
        """Look it up."""
        return self._passwords.get(name)

    def github_token(self) -> str | None:
        """Return it."""
        return self._github_token

    def notify(self) -> Sequence[str]:
        """Return them."""
        return self._notify

    def address(self, address: str) -> str:
        """Look a name up."""
        return _resolved(address, self._addresses.get(address))

    def noko_token(self) -> Token:
        """Return it, if there is one."""
        if self._token is None:
            raise ConfigurationError("no Noko token is configured: set NOKO_TOKEN or NOKO_ACCESS_TOKEN")
        return self._token

    def forget_noko_token(self) -> None:
        """Keep it: there is nowhere to read another one from."""


class SsmSecrets:
    """The `Secrets` port over SecureString parameters under one path, each cached for five minutes.

    Their names are those of `parameter_name`; several secrets are separated by commas, current first. A stale value
    serves on while SSM does not answer.
    """

    def __init__(self, client: SSMClient, *, prefix: str, now: Callable[[], int]) -> None:
        self._client = client
        self._prefix = prefix
        self._now = now
        self._cache: dict[str, tuple[int, str | None]] = {}

    def github_webhook(self) -> Sequence[str]:
        """Read and split."""
        return self._several(parameter_name.WEBHOOKS)

    def form(self, name: str) -> Sequence[str]:
        """Read and split."""
        return self._several(parameter_name.form_secrets(name))

    def form_password(self, name: str) -> str | None:
        """Read it."""
        return self._read(parameter_name.form_password(name)) or None

    def github_token(self) -> str | None:
        """Read it."""
        return self._read(parameter_name.GITHUB) or None

    def notify(self) -> Sequence[str]:
        """Read and split."""
        return self._several(parameter_name.LETTERS)

    def address(self, address: str) -> str:
        """Read what a name stands for."""
        return _resolved(address, None if _is_url(address) else self._read(parameter_name.receiver_url(address)))

    def noko_token(self) -> Token:
        """Read the personal token, else the OAuth2 one."""
        if personal := self._read(parameter_name.PERSONAL):
            return Token(personal)
        if access := self._read(parameter_name.ACCESS):
            return Token(access, bearer=True)
        raise ConfigurationError(
            f"neither {self._prefix}/{parameter_name.PERSONAL} nor …/{parameter_name.ACCESS} is set"
        )

    def forget_noko_token(self) -> None:
        """Drop both from the cache."""
        self._cache.pop(parameter_name.PERSONAL, None)
        self._cache.pop(parameter_name.ACCESS, None)

    def _several(self, name: str) -> Sequence[str]:
        value = self._read(name) or ""
        return [secret.strip() for secret in value.split(",") if secret.strip()]

    def _read(self, name: str) -> str | None:
        cached, asked_at = self._cache.get(name), self._now()
        if cached is not None and asked_at - cached[0] < CACHE_MS:
            return cached[1]
        try:
            answer = self._client.get_parameter(Name=f"{self._prefix}/{name}", WithDecryption=True)
            value = answer["Parameter"].get("Value", "").strip()  # `file://` brings a newline along
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                return self._stale(cached, error)
            value = None
        except BotoCoreError as error:
            return self._stale(cached, error)
        self._cache[name] = (asked_at, value)  # an answer may be old when it arrives
        return value

    def _stale(self, cached: tuple[int, str | None] | None, error: Exception) -> str | None:
        if cached is None:
            raise StoreUnavailable(f"the secrets could not be read: {type(error).__name__}") from error
        return cached[1]


def _is_url(address: str) -> bool:
    return "://" in address


def _resolved(address: str, url: str | None) -> str:
    if _is_url(address):
        return address
    if not url:
        name = address.upper().replace("-", "_")
        raise ConfigurationError(f"no address is configured for {address!r}: set NOTIFY_{name}_URL")
    return url
