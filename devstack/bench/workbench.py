"""The parts of an instance without its pollers, so that a measurement starts only what it measures."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib import bootstrap
from chalicelib.settings import Settings
from devstack import store
from devstack.aws import CREDENTIALS, READ_TIMEOUT_S, EmbeddedAws
from devstack.environment import complete, without_noko
from devstack.sandbox import Sandbox, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "bench-secret"  # noqa: S105 - nothing outside this process trusts it


class Quiet:
    """Telemetry that nobody watches: measuring must not print."""

    def event(self, name: str, **fields: str | int | None) -> None:
        """Say nothing."""

    def alarm(self, name: str, **fields: str | int | None) -> None:
        """Say nothing."""


class Workbench:
    """A fresh store, a sandbox and a house over them."""

    def __init__(self, closing: ExitStack, *, latency_ms: int = 0) -> None:
        self.sandbox = Sandbox(latency_ms=latency_ms)
        server = serve(self.sandbox)
        closing.callback(server.close)
        self.aws = EmbeddedAws()
        closing.callback(self.aws.close)
        os.environ.update(complete(without_noko(os.environ), webhook_secret=SECRET, sandbox=server.url))
        os.environ.update({"AWS_ENDPOINT_URL": self.aws.url, **CREDENTIALS})
        os.environ.update(store.create(bootstrap.client("dynamodb"), bootstrap.client("sqs")))
        self.house = bootstrap.move_in(
            bootstrap.House(Settings.from_env(), telemetry=Quiet(), read_timeout_s=READ_TIMEOUT_S)
        )
        self.data = Path(closing.enter_context(tempfile.TemporaryDirectory()))


@contextmanager
def workbench(*, latency_ms: int = 0) -> Iterator[Workbench]:
    """Set one up, and take it down again."""
    with ExitStack() as closing:
        yield Workbench(closing, latency_ms=latency_ms)
