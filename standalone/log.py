"""What libraries log, told like all else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.ports import Telemetry


class _Forward(logging.Handler):
    """Hands warnings and errors on. A traceback names places, but the words of foreign errors may quote others."""

    def __init__(self, telemetry: Telemetry) -> None:
        super().__init__(logging.WARNING)
        self._telemetry = telemetry

    def emit(self, record: logging.LogRecord) -> None:
        tell = self._telemetry.alarm if record.levelno >= logging.ERROR else self._telemetry.event
        kind = record.exc_info[0] if record.exc_info else None
        error = None if kind is None else kind.__name__
        tell("library", logger=record.name, error=error, detail=record.getMessage())


def capture(telemetry: Telemetry) -> None:
    """Take what libraries log from now on."""
    logging.getLogger().handlers[:] = [_Forward(telemetry)]
