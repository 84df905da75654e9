"""The whole of Tallyhook in one process: a store, gateway, pollers, ticker, and what stands in for the outside."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib import bootstrap
from chalicelib.aws.clock import SystemClock
from chalicelib.settings import SQLITE, Settings, form_setting
from standalone.database import unusable
from standalone.environment import (
    ON_THE_CARD,
    complete,
    kept_form_secrets,
    kept_webhook_secret,
    store_file,
    store_kind,
    wants_sandbox,
)
from standalone.instance import Instance
from standalone.run_file import DEFAULT_HOST, RunFile
from standalone.store import open_store

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from chalicelib.ports import Telemetry
    from standalone.mailbox import Mailboxes


@dataclass(frozen=True, slots=True)
class Aws:
    """An AWS with a table and queues in it: the settings that name it, and its queues. `lasts` unless it is ours."""

    environment: Mapping[str, str]
    mailboxes: Callable[[Settings], Mailboxes]
    read_timeout_s: float
    lasts: bool


class StandIns(Protocol):
    """What stands in for the outside world. Each is ended by what it puts into `closing`."""

    token: str
    """What every sandbox takes for a token."""

    def noko(self, kept: Path | None, closing: ExitStack) -> str:
        """Start a sandbox, return its base URL. Its books and its address stay the same if they are `kept` in a file.

        Raises ConfigurationError if they cannot be.
        """

    def aws(self, environment: Mapping[str, str], closing: ExitStack) -> Aws:
        """Reach the emulator that the environment names, else start one. Raises ConfigurationError for neither."""


class Stack:
    """A running instance, one in a process. `port` 0 takes a free one; `data` is the folder for local state.

    Raises ConfigurationError for settings, a routing file, a folder, a store or a port that cannot be used,
    StoreUnavailable for what may pass, such as a full disk; then nothing is left running.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        port: int,
        data: Path,
        telemetry: Telemetry,
        stand_ins: StandIns,
        host: str = DEFAULT_HOST,
        listener: socket.socket | None = None,
    ) -> None:
        self._closing = ExitStack()
        self._cut_off: list[str] = []
        self._telemetry = telemetry
        self._stand_ins = stand_ins
        self._data = data
        self._touch: Callable[[], None] | None = None
        try:
            environment = self._complete(env)
            mailboxes = self._move_in(environment)
            self._open(environment, mailboxes, (host, port), listener)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise unusable(f"TALLYHOOK_DATA, {error.filename or data},", error) from error
            raise

    def _complete(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return the environment with what it lacks, and start what stands in for Noko."""
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.makes_up_secret = not env.get("GITHUB_WEBHOOK_SECRETS")
        self.sandbox = wants_sandbox(env)
        kept = self._data / "sandbox.jsonl" if store_kind(env) == SQLITE else None
        environment = complete(
            env,
            webhook_secret=kept_webhook_secret(self._data) if self.makes_up_secret else "",
            sandbox=self._stand_ins.noko(kept, self._closing) if self.sandbox else None,
            token=self._stand_ins.token,
        )
        self.webhook_secret = environment["GITHUB_WEBHOOK_SECRETS"].split(",")[0].strip()
        settings = Settings.from_env(environment)
        self.forms = bootstrap.House(settings).routing.forms  # problems are told before anything slow
        self.form_secrets = kept_form_secrets(self._data, settings, self.forms)
        return environment | {form_setting(name): secret for name, secret in self.form_secrets.items()}

    def _move_in(self, environment: dict[str, str]) -> Mailboxes:
        """Open the store, and build the house on it; return its queues."""
        if environment["STORE"] == SQLITE:
            settings = Settings.from_env(environment)
            path = store_file(self._data, sandbox=self.sandbox)
            store = open_store(path, settings=settings, clock=SystemClock(), telemetry=self._telemetry)
            self._closing.callback(store.close)
            self.store = str(path)
            self._touch = store.database.touch
            house, mailboxes = (
                bootstrap.House(settings, telemetry=self._telemetry, stores=store.stores),
                store.mailboxes,
            )
        else:
            aws = self._stand_ins.aws(environment, self._closing)
            environment |= aws.environment
            settings = Settings.from_env(environment)
            self.store = environment["AWS_ENDPOINT_URL"] if aws.lasts else "in memory: gone when this stops"
            house = bootstrap.House(settings, telemetry=self._telemetry, read_timeout_s=aws.read_timeout_s)
            mailboxes = aws.mailboxes(settings)
        self.house = bootstrap.move_in(house)
        self.house.routing  # noqa: B018 - a routing file with problems must not start
        self.house.stamped  # noqa: B018 - nor a store that belongs to somebody else
        return mailboxes

    def _open(
        self,
        environment: Mapping[str, str],
        mailboxes: Mailboxes,
        address: tuple[str, int],
        listener: socket.socket | None,
    ) -> None:
        """Open the door, and leave the card."""
        host, port = address
        self.instance = Instance(
            self.house, mailboxes, host=host, port=port, data=self._data, touch=self._touch, listener=listener
        )
        self._closing.callback(lambda: self._cut_off.extend(self.instance.close()))
        self.port, self.url = self.instance.port, self.instance.url
        card = {name: environment[name] for name in ON_THE_CARD if environment.get(name)}
        path = RunFile(os.getpid(), self.port, self.sandbox, card, self.instance.host).write(self._data)
        self._closing.callback(path.unlink, missing_ok=True)

    def close(self) -> list[str]:
        """Close the door, let finish what is under way, stop everything; return what was cut off. Harmless twice."""
        self._closing.close()
        return self._cut_off
