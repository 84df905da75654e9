"""What systemd hands to a service, and what it wants to be told; without it, nothing happens.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html and sd_listen_fds.html.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_LISTENER = 3
"""The number of the first file descriptor that is handed over."""


class Supervisor:
    """Whoever started us, as far as the environment says."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._address = env.get("NOTIFY_SOCKET", "")
        watched = env.get("WATCHDOG_USEC", "")
        self.heartbeat_s = int(watched) / 2_000_000 if watched.isdecimal() else None
        self._listeners = int(env.get("LISTEN_FDS") or 0) if env.get("LISTEN_PID") == str(os.getpid()) else 0

    def tell(self, *states: str) -> None:
        """Tell it, for instance `READY=1`; not being heard is no reason to fail."""
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            try:
                sender.connect(address)
                sender.send("\n".join(states).encode())
            except OSError:
                return

    def listener(self) -> socket.socket | None:
        """Return the socket that it listens on for us, if it does: then nobody is turned away while we restart.

        Raises ConfigurationError for more than one, and for one that takes no TCP.
        """
        if not self._listeners:
            return None
        handed = socket.socket(fileno=FIRST_LISTENER)
        if self._listeners > 1 or handed.family not in {socket.AF_INET, socket.AF_INET6}:
            handed.close()
            raise ConfigurationError("the socket unit must have one ListenStream=, an address and a port")
        handed.set_inheritable(False)
        return handed
