"""What stands in for the outside on this machine: the sandbox for Noko, moto for AWS."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

from chalicelib import bootstrap
from chalicelib.errors import ConfigurationError
from devstack.sandbox.account import TOKEN
from standalone.stack import Aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from devstack.sandbox import Sandbox, Server

LASTING_PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections: after a restart the same one is free again."""


class DevstackStandIns:
    """The `StandIns` port. Each is imported when it is asked for: whoever has a Noko and an SQLite file has neither."""

    token = TOKEN

    def noko(self, kept: Path | None, closing: ExitStack) -> str:
        """Start a sandbox in this process; `kept`, it does again what it was asked before it stopped."""
        from devstack.sandbox import Sandbox, serve  # noqa: PLC0415
        from devstack.sandbox.diary import Diary  # noqa: PLC0415

        if kept is None:
            server = serve(Sandbox())
        else:
            try:
                diary = Diary(kept)
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise ConfigurationError(
                    f"the sandbox's books in {kept} cannot be read ({type(error).__name__}): move them away, and "
                    "sandbox.db with them"
                ) from error
            closing.callback(diary.close)
            ports = [diary.port] if diary.port else random.sample(LASTING_PORTS, 20)
            server = _serve_kept(Sandbox(diary=diary), ports, kept)
        closing.callback(server.close)
        return server.url

    def aws(self, environment: Mapping[str, str], closing: ExitStack) -> Aws:
        """Reach the emulator, or start moto, and create table and queues in it; sets boto3's variables."""
        try:
            from devstack import store  # noqa: PLC0415
            from devstack.aws import CREDENTIALS, READ_TIMEOUT_S, EmbeddedAws  # noqa: PLC0415
            from devstack.mailbox import SqsMailboxes  # noqa: PLC0415

            embedded = None if environment.get("AWS_ENDPOINT_URL") else EmbeddedAws()
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"STORE=aws without AWS_ENDPOINT_URL needs {error.name}, which comes with a clone only"
            ) from error
        if embedded is not None:
            closing.callback(embedded.close)
            named = {"AWS_ENDPOINT_URL": embedded.url, **CREDENTIALS}
        else:
            named = {name: environment.get(name) or value for name, value in CREDENTIALS.items()}
            named["AWS_ENDPOINT_URL"] = environment["AWS_ENDPOINT_URL"]
        os.environ.update(named)
        created = store.create(bootstrap.client("dynamodb"), bootstrap.client("sqs"))
        return Aws({**named, **created}, SqsMailboxes, READ_TIMEOUT_S, lasts=embedded is None)


def _serve_kept(sandbox: Sandbox, ports: Sequence[int], kept: Path) -> Server:
    """Serve on the first of the ports that is free."""
    from devstack.sandbox import serve  # noqa: PLC0415

    for port in ports:
        try:
            return serve(sandbox, port=port)
        except OSError:
            continue
    raise ConfigurationError(
        f"the port {ports[0]} of the sandbox whose books are in {kept} is taken, perhaps by another instance on the "
        "same folder: end that, or name another folder with TALLYHOOK_DATA"
    )
