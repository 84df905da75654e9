"""Run the sandbox alone: `python -m devstack.sandbox --port 8100`."""

from __future__ import annotations

import argparse
import datetime as dt
import signal
import sys

from devstack.sandbox.account import TOKEN
from devstack.sandbox.sandbox import Sandbox
from devstack.sandbox.seed import past
from devstack.sandbox.server import serve


def main() -> None:
    """Serve until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m devstack.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="milliseconds added to every answer")
    parser.add_argument("--entries", type=int, default=0, metavar="N", help="begin with N entries of the last 90 days")
    options = parser.parse_args()
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before there are threads, which inherit it
    sandbox = Sandbox(latency_ms=options.latency)
    sandbox.books.log_many(past(sandbox.books, options.entries, until=dt.datetime.now(tz=dt.UTC).date()))
    server = serve(sandbox, port=options.port)
    sys.stdout.write(f"sandbox: {server.url} (token: {TOKEN})\n")
    sys.stdout.flush()
    signal.sigwait(signals)
    server.close()


if __name__ == "__main__":
    main()
