"""What happens, as one JSON line each, for CloudWatch: to be read, searched, and counted.

A line that gives metrics a value carries them along, in CloudWatch's embedded metric format
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from chalicelib.domain.metric import DIMENSION, NAMESPACE, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

    from chalicelib.ports.world import Field

DETAIL = "detail"
"""The field that may quote others: it is never written."""
_ABOUT: ContextVar[Mapping[str, Field]] = ContextVar("about")


class LogTelemetry:
    """The `Telemetry` port on stdout, or `stream`. Metrics only for a `stack`, whose name they carry."""

    def __init__(self, *, now: Callable[[], int], stack: str | None = None, stream: TextIO | None = None) -> None:
        self._now = now
        self._stack = stack
        self._stream = stream

    def event(self, name: str, **fields: Field) -> None:
        """Write a line of level INFO."""
        self._write("INFO", name, fields)

    def alarm(self, name: str, **fields: Field) -> None:
        """Write a line of level ERROR."""
        self._write("ERROR", name, fields)

    @contextmanager
    def about(self, **fields: Field) -> Iterator[None]:
        """Keep them for this thread: on Lambda there is one, on one machine there are many."""
        before = _ABOUT.set({**_ABOUT.get({}), **fields})
        try:
            yield
        finally:
            _ABOUT.reset(before)

    def _write(self, level: str, name: str, fields: Mapping[str, Field]) -> None:
        now = self._now()
        at = dt.datetime.fromtimestamp(now / 1000, dt.UTC).isoformat(timespec="milliseconds")
        said = {**_ABOUT.get({}), **fields}
        line: dict[str, Any] = {"at": at, "level": level, "event": name}
        line |= {field: value for field, value in said.items() if value is not None and field != DETAIL}
        if self._stack is not None and (values := measured(name, fields)):
            metrics = [{"Name": metric.name, "Unit": metric.unit} for metric in values]
            directive = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": metrics}
            line |= {DIMENSION: self._stack, **{metric.name: value for metric, value in values.items()}}
            line["_aws"] = {"Timestamp": now, "CloudWatchMetrics": [directive]}
        stream = self._stream or sys.stdout
        with suppress(OSError):  # a disk that is full, or nobody who reads: no reason to stop working
            stream.write(f"{json.dumps(line)}\n")  # one write: lines of several threads must not mix
            stream.flush()
