"""What comes from the queues: one message, one job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.queue import key_of
from chalicelib.handlers.invocation import contained, deadline
from chalicelib.services.opening import open_delivery
from chalicelib.services.posting import post
from chalicelib.services.telling import deliver

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.bootstrap import House


def open_(event: SQSEvent, house: House) -> None:
    """Open each delivery named. Raises what could not be done, so that SQS brings it again."""
    with contained(house):
        for record in event:
            key, ends = key_of(record.body), deadline(event, house)
            open_delivery(key, ports=house.stamped, routing=house.routing, deadline=ends)


def tell_(event: SQSEvent, house: House) -> None:
    """Deliver each letter named. Raises only what the ledger or the queue could not do."""
    with contained(house):
        for record in event:
            deliver(key_of(record.body), ports=house.stamped)


def post_(event: SQSEvent, house: House) -> None:
    """Post each entry named. Raises what could not be done, so that SQS brings it again."""
    with contained(house):
        for record in event:
            post(key_of(record.body), ports=house.stamped, deadline=deadline(event, house))
