"""The whole of Tallyhook in one process on 127.0.0.1: AWS, Noko (or its sandbox), gateway, pollers, ticker."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

from chalicelib import bootstrap
from chalicelib.settings import Settings, form_setting
from devstack import store
from devstack.aws import CREDENTIALS, READ_TIMEOUT_S, EmbeddedAws
from devstack.environment import ON_THE_CARD, complete, kept_form_secrets, kept_webhook_secret, wants_sandbox
from devstack.mailbox import SqsMailboxes
from devstack.sandbox import Sandbox, serve
from standalone.instance import Instance
from standalone.run_file import RunFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from chalicelib.ports import Telemetry


class Stack:
    """A running instance. It sets this process's environment, so there is one in a process.

    `port` 0 takes a free one; `data` is the folder for local state. Raises ConfigurationError for settings, a
    routing file, a store or a port that cannot be used; then nothing is left running.
    """

    def __init__(self, env: Mapping[str, str], *, port: int, data: Path, telemetry: Telemetry) -> None:
        self._closing = ExitStack()
        try:
            self._start(env, port, data, telemetry)
        except BaseException:
            self.close()
            raise

    def _start(self, env: Mapping[str, str], port: int, data: Path, telemetry: Telemetry) -> None:
        self.makes_up_secret = not env.get("GITHUB_WEBHOOK_SECRETS")
        self.sandbox = Sandbox() if wants_sandbox(env) else None
        server = serve(self.sandbox) if self.sandbox else None
        if server is not None:
            self._closing.callback(server.close)
        environment = complete(
            env,
            webhook_secret=kept_webhook_secret(data) if self.makes_up_secret else "",
            sandbox=server.url if server else None,
        )
        self.webhook_secret = environment["GITHUB_WEBHOOK_SECRETS"].split(",")[0].strip()
        environment |= self._make_up_form_secrets(Settings.from_env(environment), data)  # before anything slow
        self.aws = None if environment.get("AWS_ENDPOINT_URL") else EmbeddedAws()
        if self.aws is not None:
            self._closing.callback(self.aws.close)
            environment |= {"AWS_ENDPOINT_URL": self.aws.url, **CREDENTIALS}
        os.environ.update(environment)
        os.environ.update(store.create(bootstrap.client("dynamodb"), bootstrap.client("sqs")))
        self.house = bootstrap.move_in(
            bootstrap.House(Settings.from_env(), telemetry=telemetry, read_timeout_s=READ_TIMEOUT_S)
        )
        self.house.routing  # noqa: B018 - a routing file with problems must not start
        self.house.stamped  # noqa: B018 - nor a store that belongs to somebody else
        instance = self._closing.enter_context(Instance(self.house, SqsMailboxes(self.house.settings), port=port))
        self.port, self.url = instance.port, instance.url
        card = {name: os.environ[name] for name in ON_THE_CARD if os.environ.get(name)}
        path = RunFile(os.getpid(), self.port, self.sandbox is not None, card).write(data)
        self._closing.callback(path.unlink, missing_ok=True)

    def _make_up_form_secrets(self, settings: Settings, data: Path) -> dict[str, str]:
        """Return the settings of forms that lack a secret; raises for what is wrong with settings or routing file."""
        self.forms = bootstrap.House(settings).routing.forms
        self.form_secrets = kept_form_secrets(data, settings, self.forms)
        return {form_setting(name): secret for name, secret in self.form_secrets.items()}

    def close(self) -> None:
        """Close the door, let what is under way finish, and stop everything. Harmless twice."""
        self._closing.close()
