"""The card that a running instance leaves for the command line: where its ledger, queues and Noko are. No secrets."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"


@dataclasses.dataclass(frozen=True, slots=True)
class RunFile:
    """One running instance. `environment` is what `Settings.from_env` needs to find the same store and Noko.

    `host` is where this machine reaches its door.
    """

    pid: int
    port: int
    sandbox: bool
    environment: Mapping[str, str]
    host: str = DEFAULT_HOST

    @property
    def url(self) -> str:
        """Where this machine reaches its door."""
        return url_of(self.host, self.port)

    def write(self, data: Path) -> Path:
        """Write the card into the data folder, whole or not at all: who can write it says where tokens are sent."""
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = data / f"run-{self.port}.json"
        fresh = path.with_suffix(f".{self.pid}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", encoding="utf-8")
        fresh.replace(path)
        return path


def read(data: Path, port: int) -> RunFile | None:
    """Read the card of the instance on `port`; None if there is none, or if that instance no longer runs."""
    try:
        card = RunFile(**json.loads((data / f"run-{port}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return card if _runs(card.pid) and _listens(card.host, card.port) else None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def data_folder(values: Mapping[str, str]) -> Path:
    """Return the folder for local state."""
    return Path(values.get("TALLYHOOK_DATA") or ".tallyhook")


def port_of(values: Mapping[str, str]) -> int:
    """Return the port that the environment names; ValueError for what is no port."""
    port = int(values.get("PORT") or DEFAULT_PORT)
    if not 0 <= port <= 65_535:
        raise ValueError(port)
    return port


def url_of(host: str, port: int) -> str:
    """Return the URL of what listens there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def near(host: str) -> str:
    """Return the address at which this machine reaches what listens on `host`."""
    if not ipaddress.ip_address(host).is_unspecified:
        return host
    return "::1" if ":" in host else DEFAULT_HOST


def host_of(values: Mapping[str, str]) -> str:
    """Return the address to listen on; ValueError for what is no address of a machine."""
    return str(ipaddress.ip_address(values.get("HOST") or DEFAULT_HOST))
