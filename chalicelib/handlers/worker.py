"""What comes from the queues: one message, one job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.queue import key_of
from chalicelib.handlers.invocation import deadline
from chalicelib.services.opening import open_delivery
from chalicelib.services.posting import post

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.bootstrap import House


def open_(event: SQSEvent, house: House) -> None:
    """Open each delivery named. Raises what could not be done, so that SQS brings it again."""
    for record in event:
        open_delivery(key_of(record.body), ports=house.stamped, routing=house.routing, deadline=deadline(event, house))


def post_(event: SQSEvent, house: House) -> None:
    """Post each entry named. Raises what could not be done, so that SQS brings it again."""
    for record in event:
        post(key_of(record.body), ports=house.stamped, deadline=deadline(event, house))
