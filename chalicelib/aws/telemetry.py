"""What happens, as one JSON line each, for CloudWatch. Never given texts, addresses, tokens or bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

if TYPE_CHECKING:
    from collections.abc import Mapping


class LogTelemetry:
    """The `Telemetry` port over Powertools' JSON logger."""

    def __init__(self) -> None:
        self._logger = Logger(service="tallyhook", utc=True)

    def event(self, name: str, **fields: str | int | None) -> None:
        """Log at INFO."""
        self._logger.info(name, extra=_without_none(fields))

    def alarm(self, name: str, **fields: str | int | None) -> None:
        """Log at ERROR: the alarms' metric filters read the level and the name."""
        self._logger.error(name, extra=_without_none(fields))


def _without_none(fields: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in fields.items() if value is not None}
