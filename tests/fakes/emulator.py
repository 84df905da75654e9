"""The devstack's embedded AWS for tests, with boto3 clients as production makes them.

In a process of its own: moto keeps its state in the process, and whoever starts another one resets it.
"""

import subprocess
import sys
from pathlib import Path

import boto3
from botocore.config import Config

from devstack.store import create

ROOT = Path(__file__).parent.parent.parent


class Emulator:
    """One moto server with one store. Tests keep out of each other's way by accounts, or by stores of their own."""

    def __init__(self):
        self._clients = []
        self.url = self._start()
        self.dynamodb = self.client("dynamodb")
        self.sqs = self.client("sqs")
        self.table = self.store("shared")["TALLYHOOK_TABLE"]

    def _start(self):
        """Start it; return where it listens."""
        command = [sys.executable, "-m", "devstack.aws"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        url = self._process.stdout.readline().removeprefix("aws: ").strip()
        assert url, "the emulator did not start"
        return url

    def client(self, service, *, url=None, attempts=3):
        """Return a client for the emulator, or for another endpoint."""
        config = Config(
            retries={"mode": "standard", "max_attempts": attempts},
            connect_timeout=2,
            read_timeout=5,
            max_pool_connections=32,
        )
        client = boto3.client(
            service,
            endpoint_url=url or self.url,
            region_name="us-east-1",
            aws_access_key_id="embedded",
            aws_secret_access_key="embedded",
            config=config,
        )
        self._clients.append(client)
        return client

    def store(self, prefix):
        """Create a fresh table and queues; return the settings that name them."""
        return create(self.dynamodb, self.sqs, prefix=prefix)

    def close(self):
        for client in self._clients:
            client.close()
        self._stop()

    def _stop(self):
        self._process.terminate()
        self._process.communicate(timeout=10)
