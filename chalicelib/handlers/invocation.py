"""What an invocation knows of itself, and what of its failure may leave it."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

from chalicelib.errors import TallyhookError, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalice.app import CloudWatchEvent, SQSEvent

    from chalicelib.bootstrap import House
    from chalicelib.ports import Telemetry


class Crashed(Exception):
    """Something that nobody foresaw; names its kind and its place, and quotes nothing."""


class Withheld(TallyhookError):
    """An error of ours whose words may quote others: names its kind."""


def deadline(event: SQSEvent | CloudWatchEvent, house: House) -> int:
    """Return when this invocation is killed, in milliseconds since the epoch."""
    return house.clock.now() + int(event.context.get_remaining_time_in_millis())


@contextmanager
def contained(function: str, event: SQSEvent | CloudWatchEvent, house: House) -> Iterator[None]:
    """Let out what we raise on purpose, without its causes, and Crashed, with its stack, for all else.

    Lambda logs what leaves a handler, and so does the devstack. The text of foreign errors may quote what they
    were given: a header with the token, a parameter's value, an item. Until it is left, all that is told names
    the function and the request.
    """
    with house.telemetry.about(function=function, request_id=event.context.aws_request_id):
        try:
            yield
        except TallyhookError as error:
            if not error.quotes:
                raise error from None
            house.telemetry.event("failed", **told(error))
            raise Withheld(f"{type(error).__name__}, whose words may quote others'") from None
        except Exception as error:  # noqa: BLE001 - raised again, without its words
            raise Crashed(alarm(error, house.telemetry)).with_traceback(error.__traceback__) from None


def alarm(error: Exception, telemetry: Telemetry) -> str:
    """Raise the alarm over something that nobody foresaw; return its kind and its place."""
    kind = type(error).__name__
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{PurePath(frame.filename).name}, line {frame.lineno}"
    telemetry.alarm("crashed", error=kind, place=place)
    return f"{kind} in {place}"
