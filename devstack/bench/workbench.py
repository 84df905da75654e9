"""The parts of an instance without its pollers, so that a measurement starts only what it measures."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib import bootstrap
from chalicelib.domain.interval import Intervals
from chalicelib.settings import AWS, Settings
from devstack import store
from devstack.aws import CREDENTIALS, READ_TIMEOUT_S, EmbeddedAws
from devstack.environment import without_noko
from devstack.sandbox import Sandbox, serve
from devstack.sandbox.account import TOKEN
from standalone.environment import complete

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from chalicelib.ports import Field

SECRET = "bench-secret"  # noqa: S105 - nothing outside this process trusts it


class Quiet:
    """Telemetry that nobody watches: measuring must not print."""

    def event(self, name: str, **fields: Field) -> None:
        """Say nothing."""

    def alarm(self, name: str, **fields: Field) -> None:
        """Say nothing."""

    def about(self, **_: Field) -> AbstractContextManager[None]:
        """Add nothing: nothing is said."""
        return nullcontext()


class Workbench:
    """A fresh store, a sandbox and a house over them. `closing` ends what else stands on it."""

    def __init__(self, closing: ExitStack, *, latency_ms: int, interval_ms: int) -> None:
        self.closing = closing
        self.sandbox = Sandbox(latency_ms=latency_ms)
        server = serve(self.sandbox)
        closing.callback(server.close)
        self.aws = EmbeddedAws()
        closing.callback(self.aws.close)
        plain = {**without_noko(os.environ), "STORE": AWS, "THROTTLE_INTERVAL_MS": str(interval_ms)}
        os.environ.update(complete(plain, webhook_secret=SECRET, sandbox=server.url, token=TOKEN))
        os.environ.update({"AWS_ENDPOINT_URL": self.aws.url, **CREDENTIALS})
        os.environ.update(store.create(bootstrap.client("dynamodb"), bootstrap.client("sqs")))
        self.house = bootstrap.move_in(
            bootstrap.House(Settings.from_env(), telemetry=Quiet(), read_timeout_s=READ_TIMEOUT_S)
        )
        self.data = Path(closing.enter_context(tempfile.TemporaryDirectory()))


@contextmanager
def workbench(*, latency_ms: int = 0, interval_ms: int = Intervals().throttle_ms) -> Iterator[Workbench]:
    """Set one up, and take it down again."""
    with ExitStack() as closing:
        yield Workbench(closing, latency_ms=latency_ms, interval_ms=interval_ms)
