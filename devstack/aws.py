"""The embedded AWS: moto's server on one address of this machine.

moto is not atomic under threads, so every DynamoDB call passes one lock; SQS long polls stay concurrent.
Run alone (`python -m devstack.aws --port 8200`), it outlives the instances that work on it.
"""

from __future__ import annotations

import argparse
import signal
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import requests

from standalone.wsgi import WsgiServer

if TYPE_CHECKING:
    from collections.abc import Iterable

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "embedded",
    "AWS_SECRET_ACCESS_KEY": "embedded",
    "AWS_DEFAULT_REGION": "us-east-1",
}
"""What boto3 wants to sign with; moto accepts anything."""
READ_TIMEOUT_S = 60.0
"""How long one call may take here: moto reads the whole table for each look at an index."""
THREADS = 32
"""Six queue pollers wait here for most of the time; the rest is for work."""


class EmbeddedAws:
    """A running, empty AWS on 127.0.0.1; `port` 0 takes a free one. `calls` counts what was asked, by operation."""

    def __init__(self, port: int = 0) -> None:
        from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415 - a second of imports

        self.calls: Counter[str] = Counter()
        self._app: Any = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self._server = WsgiServer(self, port=port, threads=THREADS)
        self.url = self._server.url
        # moto keeps its state in the process, not in the server: what an earlier one left would still be there
        requests.post(f"{self.url}/moto-api/reset", timeout=10).raise_for_status()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request, as a WSGI app."""
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if not target.startswith("DynamoDB"):
            self.calls[target] += 1
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        with self._lock:
            self.calls[target] += 1
            return list(self._app(environ, start_response))

    def close(self) -> None:
        """Stop; everything in it is gone."""
        self._server.close()


def main() -> None:
    """Serve until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m devstack.aws", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    options = parser.parse_args()
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before there are threads, which inherit it
    server = EmbeddedAws(options.port)
    print(f"aws: {server.url}", flush=True)  # noqa: T201 - the one line that a starter waits for
    signal.sigwait(signals)
    server.close()


if __name__ == "__main__":
    main()
