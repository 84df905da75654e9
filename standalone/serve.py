"""Serve until told to stop: signals, exit codes, and what a supervisor is told."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from chalicelib.aws.clock import SystemClock
from chalicelib.aws.telemetry import LogTelemetry
from chalicelib.errors import ConfigurationError
from standalone import log
from standalone.banner import banner
from standalone.console import ConsoleTelemetry
from standalone.environment import with_credentials
from standalone.run_file import data_folder, host_of, port_of
from standalone.stack import Stack
from standalone.systemd import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.ports import Telemetry
    from standalone.stack import StandIns

T = TypeVar("T")
JSON, TEXT = "json", "text"
GLANCE_S = 1.0
"""How often it is looked whether every thread still runs."""


def serve(env: Mapping[str, str], *, stand_ins: StandIns) -> int:
    """Serve; return the exit code: 0 when all was finished, 1 when something broke or was cut off.

    SIGTERM and SIGINT close the door and let finish what is under way, for 15 seconds; a second one ends everything
    at once. Raises ConfigurationError for what cannot be used.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stopping(stop))
    env = with_credentials(env)
    as_json = _log_format(env) == JSON
    telemetry = LogTelemetry(now=SystemClock().now, stream=sys.stderr) if as_json else ConsoleTelemetry()
    log.capture(telemetry)
    supervisor = Supervisor(env)
    stack = Stack(
        env,
        host=_valid("HOST must be an IP address, such as 127.0.0.1 or 0.0.0.0", host_of, env),
        port=_valid("PORT must be a number from 0 to 65535", port_of, env),
        data=data_folder(env),
        telemetry=telemetry,
        stand_ins=stand_ins,
        listener=supervisor.listener(),
    )
    if as_json:
        telemetry.event("serving", url=stack.url, store=stack.store, noko=stack.house.settings.noko_base_url)
    else:
        with suppress(OSError):  # likewise not when nobody reads it
            sys.stdout.write(banner(stack))
            sys.stdout.flush()
    supervisor.tell("READY=1")
    broken = _watch(stack, stop, supervisor, telemetry)
    supervisor.tell("STOPPING=1")
    telemetry.event("stopping")
    cut_off = stack.close()
    if cut_off:
        telemetry.alarm("cut_off", threads=" ".join(cut_off))
    return 1 if broken or cut_off else 0


def _stopping(stop: threading.Event) -> Callable[..., None]:
    def handle(*_: object) -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    return handle


def _watch(stack: Stack, stop: threading.Event, supervisor: Supervisor, telemetry: Telemetry) -> bool:
    """Wait until told to stop, and be heard meanwhile; tell whether a thread ended by itself."""
    while not stop.wait(min(GLANCE_S, supervisor.heartbeat_s or GLANCE_S)):
        if dead := stack.instance.dead:
            telemetry.alarm("thread_ended", threads=" ".join(dead))
            return True
        if supervisor.heartbeat_s is not None:
            supervisor.tell("WATCHDOG=1")
    return False


def _log_format(env: Mapping[str, str]) -> str:
    wanted = env.get("LOG_FORMAT") or TEXT
    if wanted not in {JSON, TEXT}:
        raise ConfigurationError(f"LOG_FORMAT is {wanted!r}: it must be {TEXT} or {JSON}")
    return wanted


def _valid(complaint: str, read: Callable[[Mapping[str, str]], T], env: Mapping[str, str]) -> T:
    try:
        return read(env)
    except ValueError:
        raise ConfigurationError(complaint) from None
