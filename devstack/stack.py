"""The whole of Tallyhook in one process on 127.0.0.1: AWS, Noko (or its sandbox), gateway, pollers, ticker."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from chalicelib import bootstrap
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Settings
from devstack import aws, store
from devstack.environment import ON_THE_CARD, complete, kept_webhook_secret, wants_sandbox
from devstack.gateway import MAX_READ_BYTES, Gateway
from devstack.run_file import RunFile
from devstack.sandbox import Sandbox, serve
from devstack.worker import Poller, Ticker
from devstack.wsgi import WsgiServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from chalicelib.ports import Telemetry

POST_CONCURRENCY = 4
OPEN_CONCURRENCY = 2
POST_TIMEOUT_S = 60
OPEN_TIMEOUT_S = 300
PATIENCE_S = 13
"""How long a stop waits for an attempt that is under way: one request to Noko takes 12 seconds at most."""


class Stack:
    """A running instance. It sets this process's environment, so there is one in a process.

    `port` 0 takes a free one; `data` is the folder for local state. Raises ConfigurationError for settings, a
    routing file, a store or a port that cannot be used; then nothing is left running.
    """

    def __init__(self, env: Mapping[str, str], *, port: int, data: Path, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._closing = ExitStack()
        try:
            self._start(env, port, data)
        except BaseException:
            self.close()
            raise

    def _start(self, env: Mapping[str, str], port: int, data: Path) -> None:
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
        Settings.from_env(environment)  # what is wrong with it is said before anything slow is started
        self.embeds_aws = not environment.get("AWS_ENDPOINT_URL")
        if self.embeds_aws:
            emulator = aws.serve()
            self._closing.callback(emulator.close)
            environment |= {"AWS_ENDPOINT_URL": emulator.url, **aws.CREDENTIALS}
        os.environ.update(environment)
        os.environ.update(store.create(bootstrap.client("dynamodb"), bootstrap.client("sqs")))
        self.house = bootstrap.move_in(bootstrap.House(Settings.from_env(), telemetry=self._telemetry))
        self.house.routing  # noqa: B018 - a routing file with problems must not start
        self.house.stamped  # noqa: B018 - nor a store that belongs to somebody else
        self._serve(port)
        card = {name: os.environ[name] for name in ON_THE_CARD if os.environ.get(name)}
        path = RunFile(os.getpid(), self.port, self.sandbox is not None, card).write(data)
        self._closing.callback(path.unlink, missing_ok=True)

    def _serve(self, port: int) -> None:
        import app  # noqa: PLC0415 - its handlers read the environment set above

        settings = self.house.settings
        try:
            gateway = WsgiServer(Gateway(app.app), port=port, max_body=MAX_READ_BYTES)
        except OSError as error:
            raise ConfigurationError(f"port {port} cannot be used ({error.strerror}): set PORT") from error
        self.port, self.url = gateway.port, gateway.url
        workers: list[Poller | Ticker] = [
            self._poll(app.open_delivery, settings.open_queue_url, OPEN_CONCURRENCY, OPEN_TIMEOUT_S),
            self._poll(app.post_entry, settings.post_queue_url, POST_CONCURRENCY, POST_TIMEOUT_S),
            Ticker(app.every_minute, interval_s=settings.intervals.sweep_ms / 1000, telemetry=self._telemetry),
        ]
        for worker in workers:  # left in reverse: the door first, then all stop, then each is waited for
            self._closing.callback(worker.join, PATIENCE_S)
        for worker in workers:
            self._closing.callback(worker.stop)
        self._closing.callback(gateway.close)

    def _poll(self, handler: Callable[..., Any], url: str, concurrency: int, timeout_s: float) -> Poller:
        return Poller(
            handler,
            client=bootstrap.client("sqs"),
            url=url,
            concurrency=concurrency,
            timeout_s=timeout_s,
            telemetry=self._telemetry,
        )

    def close(self) -> None:
        """Close the door, let what is under way finish, and stop everything. Harmless twice."""
        self._closing.close()
