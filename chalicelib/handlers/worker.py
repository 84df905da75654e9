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
    with contained("open", event, house):
        for record in event:
            key, ends = key_of(record.body), deadline(event, house)
            with house.telemetry.about(delivery=key):
                open_delivery(key, ports=house.with_github, routing=house.routing, deadline=ends)


def tell_(event: SQSEvent, house: House) -> None:
    """Deliver each letter named. Raises only what the ledger or the queue could not do."""
    with contained("tell", event, house):
        for record in event:
            key = key_of(record.body)
            with house.telemetry.about(letter=key):
                deliver(key, ports=house.stamped)


def post_(event: SQSEvent, house: House) -> None:
    """Post each entry named. Raises what could not be done, so that SQS brings it again."""
    with contained("post", event, house):
        for record in event:
            key = key_of(record.body)
            with house.telemetry.about(entry=key):
                post(key, ports=house.stamped, deadline=deadline(event, house))
